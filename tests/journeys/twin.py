"""A second gateway on the same phone network, which is somebody else's."""

from pathlib import Path

from gateway.domain.phone import PhoneNumber
from tests.examples import NUMBER as OTHERS
from tests.journeys.gateway import Gateway
from tests.journeys.processes import Process
from tests.setting_up import Customer

NUMBER = PhoneNumber("+12025550166")


class Twin(Gateway):
    """A gateway with a Redis, processes and a model of its own, and a number at another gateway's Twilio."""

    def __init__(self, directory: Path, other: Gateway) -> None:
        self._other = other
        super().__init__(directory)

    @property
    def twilio_url(self) -> str:
        """Where the Twilio stand-in is: the other's."""
        return self._other.twilio_url

    def _start_twilio(self) -> Process:
        return self._other.twilio

    def start(self) -> None:
        """Bring up everything, and leave the other's number to the other."""
        super().start()
        self._other.start()
        self.phone.own(NUMBER, sms_url=f"{self.urls[0]}/webhooks/twilio/sms")

    def settle_in(self) -> Customer:
        """Have an agent answer on its number alone: the other's is a texter's here, like any."""
        customer = self.set_up_customer()
        self.run("numbers", "release", OTHERS)
        self.run("numbers", "bind", NUMBER, customer.agent.id)
        return customer

    def close(self) -> None:
        """End everything that is its own."""
        self.stop_all()
        self.model_process.stop()
        self.redis.close()
        self._client.close()
