"""`textgate keyring`: the key ring that seals model keys."""

import secrets

from gateway.cli.output import Json, group, show

app = group("The key ring that seals model keys.")

_READERS = {
    "TEXTGATE_SEAL_KEYS": "web, cli: seals model keys",
    "TEXTGATE_OPEN_KEYS": "worker, operator's cli: opens them; keep it away from the web process",
    "TEXTGATE_EDGE_KEYS": "web, worker, cli: seals and opens the Twilio tokens of accounts that bring their own",
    "TEXTGATE_PEPPER": "web, worker, cli: keys the hashes; never change it",
}


@app.command("new")
def new(as_json: Json = False) -> None:
    """Make a new key ring and print its four settings. Nothing is stored: put each where it is needed."""
    from gateway.adapters.key_ring import new_pair
    from gateway.domain.ring import PEPPER_BYTES, encode, format_entry

    public, private = new_pair()
    _, edge = new_pair()
    ring = {
        "TEXTGATE_SEAL_KEYS": format_entry(public),
        "TEXTGATE_OPEN_KEYS": format_entry(private),
        "TEXTGATE_EDGE_KEYS": format_entry(edge),
        "TEXTGATE_PEPPER": encode(secrets.token_bytes(PEPPER_BYTES)),
    }
    if as_json:
        show(ring, as_json=True)
        return
    for name, value in ring.items():
        print(f"# {_READERS[name]}\n{name}={value}")
