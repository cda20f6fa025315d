"""Words that stand around a revocation: they tell whether it is meant, and about whom, or that something else is.

Folded as in vocabulary.py, each in the one class that phrases.py and weighing.py name.
"""

SURROUNDINGS: dict[str, str] = {
    "polite": """
        please pls plz thanks thx thank ty kindly sir maam sorry gracias porfa xfa porfavor favor merci svp now
        immediately asap already forever today ok okay fine just ya ahora inmediatamente maintenant
        immediatement tout all everything always completely right k hi hello bonjour hola dear guys dude bro man
        people folks bot stupid then seriously god damn dammit fuck fucking fuckin freaking tf wtf for real fr
        lol ugh bye here aqui ici good def else bordel everybody back total sil plait por dadvance once mam
        anyway either todos todas tous y and et pues bon omg bruh yo yeah ou or o yesterday ayer hier veuillez
        priere gentil gentils gentille mrc mci wey guey weon che compa tio x todo toda prie hoy aujourdhui chief
        lmao smh pliz plox nah nope eh oye mira ben hein mate abeg personales personal gentillesse obligeance
        amabilite bondad amables amable immediat immediate great nice noire toute hey ffs
        mismo punto point ruego suplico
        neta frerot
        plis porfis emergencias urgence
    """,
    "soft": """
        with w a an to such some so keep keeping bother even going am are be been being con avec que seguir
        siguiendo aux estar is was seguirme suis es est estoy estamos sommes have has had got avez avoir etre
        tienen tiene tienes ser sera seront gonna really literally simply voy vamos vais vas va aller do does
        did c soyez soit hago siguen continuan continuez poner porter quite vouloir bien se ssi faut doit
        doivent faites fasse sorte s must auriez ayez personally ai put mettez mets pongan ponganme met by
        continues figurer saisis
        tengan hayan debe deben
        tampoco
        promotionnels promocionales publicitarios publicitaires
    """,
    "on": "on sur",
    "can": """
        can could would might may puede pueden podrian podria puedo peut peux pouvez pourriez pourrais podrias
        puedes will pourrait should
        pouviez podian podias
    """,
    "i": "i im ill id we je j jsuis jai ive",
    "you": "you u ustedes vous usted vosotros youre yall te uds ud youd",
    "third": """
        he she him her his hers they ex exs recruiter husband wife landlord guy friend kid kids son daughter mom
        mum dad mother father sister brother someone somebody who neighbor neighbour girlfriend boyfriend
        roommate customers customer clients client collector scammer chef driver match child teen ado ami copain
        copine mari femme fille fils mere pere soeur frere novio novia esposo esposa hija hijo hermana hermano
        jefe jefa tipo proprio alguien perro dog baby quelquun vecino vecina proveedor coworker uncle aunt
        teacher someones hes shes theyre whos boss quien
        dads moms mums sons daughters wifes husbands grandma grandpa grandmother grandfather abuela abuelita abuelo
        mamie papi nina nino
    """,
    "said": "say spell print poster song essay letter story stickers dile draft",
    "task": """
        translate traduce traduis traducir traduire traduisez rewrite rephrase reword summarize summarise
        paraphrase proofread redige rediger redacta redactar corrige reformule reformula reescribe textwork
    """,
    "if": "if when whether si cuando quand",
    "time": """
        until unless till before while during between only except hasta mientras antes despues entre solo avant
        apres pendant jusqua seulement sauf after pour hour
    """,
    "in": "in en by",
    "make": "make makes making",
    "times": "times twice veces fois",
    "how": "how where way what whats option magic como donde comment kmo quel quelle",
    "why": "why porque pourquoi",
    "accident": "accident mistake accidentally oops toddler",
    "past-not": "didnt havent hasnt wasnt isnt arent wont nobody noone",
    "arrive": """
        recois recibo recevais recibiendo llegan llegar llego llegando recibi recu recus arrive arrived arrivent
        arrives received missed vois veo entendi entiendo compris
    """,
    "other-matter": """
        order orders ordered appointment appointments appt delivery deliveries package packages invoice bill
        bills account accounts card cards payment booking bookings reservation reservations ticket tickets class
        classes lesson lessons table room rooms shipment refund prescription meds pills gym membership lease
        contract insurance policy code codes password app website cita citas pedido pedidos paquete paquetes
        factura facturas cuenta cuentas tarjeta tarjetas pago reserva turno turnos seguro contrato gimnasio
        codigo receta boleto boletos clase clases mesa habitacion orden compra entrega commande commandes colis
        livraison facture factures compte carte paiement rdv rendez billet billets cours chambre assurance
        contrat forfait ordonnance devis salle menu pizza plan premium upgrade hold delivered charged charge
        price prices cost fee fees amount precio prix tarif alarm alarma reminder recordatorio rappel salary
        rent
        audio audios voice emoji emojis link links enlaces liens lien romans novels novelas essays
        chapter homework
    """,
    "other-list": """
        wait waiting waitlist guest schedule espera attente emergency catalog catalogue emails mail paper
        newsletter infolettre
    """,
    "call": """
        call calls calling called phoning ring llamar llamarme llamen llames llame llamadas appeler appelez
        appelle rappelez appels
    """,
    "gone": """
        died dead deceased fallecio murio difunto fallecido fallecida decede decedee mort morte moved owner
        belongs belong owners passed prank blague broma joke farce appartient appartiennent pertenece
    """,
    "signed": """
        signed subscribe subscribed registered enrolled enroll asked requested suscribi suscribimos inscribi
        apunte pedi pedimos solicite inscrit inscrite demande demandee abonne abonnee joined authorized gave
        give di dimos donne participate participar participer part given dado doy doi donner dio
    """,
    "use": """
        use usen usar uso using uses utilisez utiliser utilisation utilice utilicen utilisiez utilisent
        processing process tratamiento traitement
    """,
    "group": "group groups thread chat convo conversation blast blasts loop rotation grupo groupe chain",
    "asking": "asking ask asks preguntar pregunten preguntes preguntando demander demandez",
    "farewell": "partways adieu adios goodbye",
    "few": """
        two three four five six ten dos tres cuatro cinco seis diez deux trois quatre cinq dix day days dia dias jour
        jours week weeks semana semanas semaine semaines january february march april june july august october
        enero febrero marzo abril mayo junio julio agosto octubre janvier fevrier mars avril juin juillet octobre
    """,
    "not-me": "notme",
    "nagging": "nagging",
    "enjoy": "enjoy enjoying love loving adore encantan encanta adoro",
}
