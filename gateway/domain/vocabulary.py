"""The words that people revoke with, in English, Spanish and French, each in the one class that phrases.py names.

Words are folded: lower case, without accents; apostrophes are gone (`dont`), or split where French elides (`m ecrire`).
Texting has its own spelling, and so have those who write in a hurry: what is seen is listed.
"""

from collections.abc import Mapping

_WORDS: Mapping[str, str] = {
    "stop": """
        stop stopp stp sotp stpo tsop stoop sttop dtop stap stob stahp quit cease discontinue desist refrain layoff
        cese corten cortenla arretez arrete arreter arret cessez cesse cesser paren pare paro parar alto dejen deje
        deja dejad dejar cesen cesar parad
    """,
    "end": """
        end ends cancel cancels terminate disable halt cut kill suspendan cancelen cancela cancelar cancelo cancele
        anulen anular anula annulez annuler suspender detener detengan
    """,
    "texting": """
        texting txting txtn textin texing txtin messaging msging mesaging mssging contacting spamming bothering
        harassing bugging pestering hassling annoying blowup escribirme escribirnos contactarme contactarnos textearme
        molestarme mensajearme escribir escrivirme molestar contactar contactando escribiendo molestando joder chingar
        texter ecrire mecrire contacter deranger harceler spammer solliciter
    """,
    "texted": "texted contacted messaged spammed bothered",
    "sending": """
        sending send sends sendin enviarme mandarme mandarnos enviarnos mandar enviar mandando enviando envoyer
        menvoyer
    """,
    "text": """
        reply respond type text txt message msg mesage mssg contact write writing escriban escriba escribas escribais
        escriben escribe escribieran contacten contacte contactes contacteis molesten moleste molestes texteen textees
        ecrivez ecris mecrivez mecris contactez textez derangez sollicitez achalez
    """,
    "give": """
        menvoyez menvoie manden mande mandes mandeis manda envien envie envies envieis sigan siga envoyez envoie
        adressez
    """,
    "messages": """
        texts txts messages msgs mesages mssgs sms texto textos mensaje mensajes envios envio envoi envois mensajito
        mensajitos msj msjs mms spam communication communications correspondence comunicaciones envoiss blasts
        solicitations
    """,
    "notices": """
        notifications notificaciones alerts alert reminders reminder updates promos promo promotions promotional
        offers coupons ads listings marketing subscription promociones ofertas avisos recordatorios publicidad
        anuncios alertas suscripcion rappels offres alertes pubs
    """,
    "these": """
        these ths this it that those them another nothing one ones esto estos estas eso suyo suyos nada anything stuff
        crap shit rien ca any mierda
    """,
    "me": "me us m moi nous nos",
    "my": """
        my our mi mis nuestro mon mes ma notre your ur yo vos votre tu tus su sus vuestra vuestro vuestras vuestros
        nuestra the el la los las le les este ese esta esa ce cet cette ces esos esas
    """,
    "number": """
        number numbers num nmbr nuber nbr phone phones cell cellphone mobile line telephone telefono numero celular
        cel movil tel portable coordonnees datos
    """,
    "name": "name nom nombre",
    "not": "dont dnt never aucun ningun nolonger not nunca jamas ne n doesnt no ni aint shouldnt neednt jamais",
    "more": "more agn agen pu pus again anymore ever mas plus further anymor nomore",
    "want": """
        want wanna wish need like care desire rather prefer interested willing wants quiero quiere deseo queremos
        deseamos veux souhaite voudrais jveux veut souhaitons autorice autorizo necesito prefiero
    """,
    "get": """
        get getting receive receiving recieve received see hear recibir recibiendo recevoir recois llegue lleguen gets
        recoive recevais recibo
    """,
    "remove": """
        remove removed rmove rm taking removing deleting delete deleted erase take taken tke scratch drop strike clear
        purge unlist pull rmv gone removal sacar virez virer radiez radier rayez quitad borren borre borrar borra
        quiten quitar quita saquen saque eliminen elimine eliminar retiren retirar retire retirez enlevez supprimez
        effacez efface rayer retirer enlever supprimer effacer otez otes rayes
    """,
    "remove-me": """
        borrenme borreme borrarme borrame quitenme quitarme quitame quiteme saquenme sacarme sacame saqueme eliminenme
        eliminarme eliminame retirenme retirarme quitadme borradme sacadme eliminadme
    """,
    "off": "off from frm out of offa de del des d du depuis fuera",
    "list": """
        list lists database system systems file files records roster registry contacts directory db program thing
        things computer mailing lista listas base sistema registro registros liste listes fichier fichiers registre
    """,
    "other-list": """
        wait waiting waitlist guest class schedule espera attente emergency catalog catalogue emails mail paper
        newsletter newsletters infolettre
    """,
    "unsubscribe": """
        unsubscribe unsub unsubcribe unsuscribe unsubscirbe unsubscrib unsubsribe unsubscribing optout unsubscibe
        unsubscription desinscrire desinscrivez desinscris desinscription desabonner desabonnez desabonne
        desabonnement desabonez dezinscrire desuscribir desuscribirme desuscribanme desuscripcion desinscriban
        desubscribe desuscribeme darmedebaja
    """,
    "alone": "leavealone",
    "block": "block blocking bloqueen bloquen bloquez bloqueo bloquear",
    "lose": "lose loose forget olviden olvidense olvidate oubliez oublie",
    "revoke": "revoke revoking revoked withdraw withdrawing withdrawn rescind revoco retiro revoquer",
    "consent": "consent permission authorization consentimiento permiso autorizacion consentement autorisation",
    "legal": """
        fcc tcpa ftc lawyer attorney lawsuit sue suing lawyers complaint police cnil crtc casl gdpr court claims bbb
        abogado profeco avocat plainte signale sernac consumo
    """,
    "enough": "enough over done sick tired fed basta harto harta marre tannee tanne ecoeure",
    "wrong": "wrong equivocado equivocada mauvais erreur",
    "switch": "turn turned switch shut",
    "polite": """
        please pls plz thanks thx thank ty kindly sir maam sorry gracias porfa xfa porfavor favor merci svp now
        immediately asap already forever today ok okay fine just ya ahora inmediatamente maintenant immediatement tout
        all everything always completely right k hi hello bonjour hola dear guys dude bro man people folks bot stupid
        then seriously god damn dammit fuck fucking fuckin freaking tf wtf for real fr lol ugh bye here aqui ici good
        def else bordel everybody back total sil te plait por dadvance once yall mam anyway either toutes todos todas
        tous y and et pues
    """,
    "soft": """
        with w a an to such some so keep keeping bother even going am are be been being con avec que seguir siguiendo
        encore aux estar is was seguirme
    """,
    "again-to": "vuelvan vuelva vuelvas vuelven volver",
    "you": "you u ustedes vous usted vosotros",
    "i": "i im ill id we je j jsuis jai ive",
    "third": """
        he she him her his hers they ex exs recruiter husband wife boss landlord guy friend kid kids son daughter mom
        mum dad mother father sister brother someone somebody who neighbor neighbour girlfriend boyfriend roommate
        customers customer clients client collector scammer chef driver match child teen ado ami copain copine mari
        femme fille fils mere pere soeur frere novio novia esposo esposa hija hijo hermana hermano jefe jefa tipo
        proprio alguien perro dog baby quelquun vecino vecina proveedor coworker uncle aunt teacher
    """,
    "said": "say translate traduce traduis traducir spell print poster song essay letter story stickers dile draft",
    "if": "if when whether si cuando quand",
    "time": """
        until unless till before while during between only except hasta mientras antes despues entre solo avant apres
        pendant jusqua seulement sauf after in en pour hour
    """,
    "make": "make makes making",
    "times": "times twice veces fois",
    "how": "how where way what whats option magic como donde comment",
    "baja": "baja",
    "why": "why porque pourquoi should",
    "accident": "accident mistake accidentally oops toddler",
}


def class_of_words() -> dict[str, str]:
    """Tell the class of every word that is in one."""
    return {word: name for name, words in _WORDS.items() for word in words.split()}


STEMS: Mapping[str, str] = {
    "stop": r"arret(?:i?ez|er|es|ent)|cess(?:i?ez|er|es|ent)|paren\w*|parei?s|dej(?:ei?s|enme|aran?)|discontinu\w+",
    "sending": r"(?:mand|envi|mandand|enviand)\w{0,5}(?:me|nos|les)",
    "texting": r"(?:contact|escri[bv]|mensaje|molest|texte|spame|jod|ching|fastidi)\w{0,6}(?:me|nos|ndo)"
    r"|harass\w*|harcel\w*|bother\w*|spamm?\w*",
    "text": r"(?:contact|escri[bv]|ecriv|texte|molest)(?:e|es|en|as|a|an|ais|eis|i?ez|arais|ieran?|ierais|ent|ons)",
    "give": r"(?:mand|envi)(?:eis|arais|aran?|aseis)|envoyiez",
    "messages": r"mensaj\w+|messag\w+s|mesaj\w+|textit[oe]s|textos",
    "notices": r"recordat\w+|promoc\w+|notific\w+|publici\w+|reminder\w*",
    "unsubscribe": r"unsub\w+|unsusc\w+|de[sz]ins[ck]ri\w+|desabon\w+|desus[ck]ri\w+|desubs\w+",
    "remove-me": r"(?:borr|elimin|[qk]u?it|sa[ck]q?u?|retir|descart)\w{0,3}(?:me|nos)",
    "remove": r"supprim\w+|effac\w+|elimin\w+|borr(?:ad|ar|ais|eis)|quit(?:ad|ais|eis)|saqu?(?:ad|en|eis)",
    "legal": r"denunci\w+|demand(?:ar|are|aremos)|attorney\w*|lawyer\w*",
    "revoke": r"revo(?:k|c|qu)\w+|withdr\w+|rescind\w*",
    "consent": r"consent\w*|autoris\w+|autoriz\w+|permis\w+",
    "enough": r"hart[oa]s?|cansad[oa]s?",
}
"""What is matched, whole, against words that are in no class."""
