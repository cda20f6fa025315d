"""The words that people revoke with, in English, Spanish and French, each in the one class that phrases.py names.

Words are folded: lower case, without accents; apostrophes are gone (`dont`), or split where French elides (`m ecrire`).
Texting has its own spelling, and so have those who write in a hurry: what is seen is listed.
"""

from collections.abc import Mapping

from gateway.domain.surroundings import SURROUNDINGS

_WORDS: dict[str, str] = {
    "stop": """
        stop stopp stp sotp stpo tsop stoop sttop dtop stap stob stahp quit cease discontinue desist refrain
        layoff cese corten cortenla arretez arrete arreter arret cessez cesse cesser paren pare paro parar alto
        dejen deje deja dejad dejar cesen cesar parad stawp stahhp sto stopping parale parenle parele cesa cesad
        cesses desista arretes detenganse detente detenerse stoppez stopper stoppes cortala cortale cortenle
        cortadla dejn dejan arete aretez aretes
        paran
    """,
    "end": """
        end ends cancel cancels terminate disable halt cut kill suspendan cancelen cancela cancelar cancelo
        cancele anulen anular anula annulez annuler suspender detener detengan deactivate deactivar desactiven
        desactive desactivar desactivez desactiver suspend suspende suspendre suspendez mute silence resilier
        resiliez coupez couper cancle cancell cansel undo apaga apagar apague terminen termine terminar acaben
        acabe acabar frenen frene cancelacion annulation fini finis finies finito apaguen pause pausen pausar
        apaguelo apagalo eteignez
        ending
    """,
    "texting": """
        texting txting txtn textin texing txtin messaging msging mesaging mssging contacting bothering bugging
        pestering hassling blowup escribirme escribirnos contactarme contactarnos textearme molestarme
        mensajearme escribir escrivirme molestar contactar contactando escribiendo molestando joder chingar
        texter ecrire mecrire contacter deranger solliciter msgin msgn msgng messagin textn txtng texn bothrin
        botherin buggin annoyin hounding disturbing pinging dming badgering stalking soliciting writing
        importuner emmerder embeter saouler souler relancer recontacter envahir buscarme insistir fastidiar
        importunar escribirle comunicarse
        prevenir
        achaler
    """,
    "texted": """
        texted contacted messaged disturbed bugged contactee contactado contactada molestado molestada
        sollicitee notified sollicite importune derangee
    """,
    "sending": """
        sending send sends sendin enviarme mandarme mandarnos enviarnos mandar enviar mandando enviando envoyer
        menvoyer sendn sendng forwarding enviarles forward renvoyer mndar menvoye
    """,
    "text": """
        reply respond type text txt message msg mssg contact write escriban escriba escribas escribais escriben
        escribe escribieran contacten contacte contactes contacteis molesten moleste molestes texteen textees
        ecrivez ecris mecrivez mecris contactez textez derangez sollicitez achalez disturb bug ping dm dms hmu
        annoy recontactez recontacte recontactes deranges emmerdez embetez saoulez ennuyez hablen hables hable
        busquen busques fastidien fastidies joroben insistan insista comuniquen comunique relancez relance
        relances txet reecris reecrivez reecrire txteen txtees txteame insistez insiste insister
        avisen avisarme avises
    """,
    "give": """
        menvoyez menvoie manden mande mandes mandeis manda envien envie envies envieis sigan siga envoyez envoie
        adressez renvoyez renvoie rajoutez mnden
        envoies
    """,
    "messages": """
        texts txts messages msgs mesages mssgs sms texto textos mensaje mensajes envios envio envoi envois
        mensajito mensajitos msj msjs mms spam communication communications correspondence comunicaciones
        envoiss solicitations junk spams messags textes courriels msjes mesaje mesajes msn wasaps whatsapps memo
        mesage comunicacion
        sollicitation sollicitations comunicado comunicados
    """,
    "notices": """
        notifications notificaciones alerts alert reminders updates promos promo promotions promotional offers
        coupons ads listings marketing subscription promociones ofertas avisos recordatorios publicidad anuncios
        alertas suscripcion rappels offres alertes pubs adverts advertising advertisements deals newsletters
        abonnement abonnements suscripciones subscriptions ad campaign campaigns notifs notif commercial
        commerciale commerciales comercial comerciales prospection inscription inscripcion campagnes campanas
        campana campagne enrollment enrolment
    """,
    "these": """
        these ths this it that those them another nothing one ones esto estos estas eso suyo suyos nada anything
        stuff crap shit rien ca any mierda ahi alli cosas thsi tihs thes uno truc trucs machin machins bidule
        cochonneries conneries merdes nd cela sa em
        cosa dedans
    """,
    "me": "me us m moi nous nos conmigo",
    "my": """
        my our mi mis nuestro mon mes ma notre your ur vos votre tus su sus vuestra vuestro vuestras vuestros
        nuestra the el la los las le les este ese esta esa ce cet cette ces esos esas vs tes toutes tu yuor yoru
        thy dein l
        vo votr
    """,
    "number": """
        number numbers num nmbr nuber nbr phone phones cell cellphone mobile line telephone telefono numero
        celular cel movil tel portable coordonnees datos nummer nro contact-info info data details contacts-info
        donnees tlf nums numbre digits fone fon cells information informations informacion infos
    """,
    "name": "name nom nombre",
    "not": """
        dont dnt never aucun ningun nolonger not nunca jamas ne n doesnt no ni aint shouldnt neednt jamais donot
        dun jamaiss nevr neva nvr noo pas aucune ningunos nadie nuh dotn dosnt doesn na zero
    """,
    "more": """
        more agn agen pu pus again anymore ever mas plus further anymor nomore additional single otro otra plu
        encore
    """,
    "want": """
        want wanna wish need like care desire rather prefer willing wants quiero quiere deseo queremos deseamos
        veux souhaite voudrais jveux veut souhaitons autorice autorizo necesito prefiero kiero quieras quisiera
        gustaria desea deseen necesitamos necesita aimerais aimerait veulent voulons desirons desiro pretendo
        prefere preferiria prefiere preferais wished quise keen solicito solicitar solicitamos wnat needing jve
        jvx jveu jvoudrais wanting sirve necesitare ve
        querer veu veus
        ocupo
        prefererais prefererions
    """,
    "get": """
        get getting receive receiving recieve see hear recibir recevoir llegue lleguen gets recoive recibirlos
        recibirlo receving recieving reciving getn gettin recibiera recoivent revoir let saber oir ressevoir
        resevoir
    """,
    "remove": """
        remove removed rmove rm taking removing deleting delete deleted erase take taken tke scratch drop strike
        clear purge unlist pull rmv gone removal sacar virez virer radiez radier rayez quitad borren borre
        borrar borra quiten quitar quita saquen saque eliminen elimine eliminar retiren retirar retire retirez
        enlevez supprimez effacez efface rayer retirer enlever supprimer effacer otez otes rayes scrub exclude
        excluded unenroll unregister deregister disenroll expunge wipe dump omit excluyan excluya excluir
        desinstalen exclure excluez sortez sors enleve enleves supprime supprimes vire raye ote retires saca
        elimina saques quites borres elimines descarten bajen tachen elimino dropped erased sortir quito tkae
        taek remvoe reomve erasure suppression supresion borrado retrait radiation baje kitar kiten kita nuke
        nuked quitter quitte quittez
        oter tachenlo tachenme tachen tachar
        vires
        retirado retirada
    """,
    "remove-me": """
        borrenme borreme borrarme borrame quitenme quitarme quitame quiteme saquenme sacarme sacame saqueme
        eliminenme eliminarme eliminame retirenme retirarme quitadme borradme sacadme eliminadme quitarnos
        borrarnos sacarnos salirme excluyanme bajenme desapuntenme desapuntame
    """,
    "off": "off from frm out of offa de del des d du depuis fuera away salir salgo al",
    "list": """
        list lists database system systems file files records roster registry contacts directory db program
        thing things computer mailing lista listas base sistema registro registros liste listes fichier fichiers
        registre directorio agenda repertoire annuaire book contactos lsit lits lst programa programme service
        services servicio servicios systeme
        machine maquina
        distribution distribucion diffusion
    """,
    "unsubscribe": """
        unsubscribe unsub unsubcribe unsuscribe unsubscirbe unsubscrib unsubsribe unsubscribing optout
        unsubscibe unsubscription desinscrire desinscrivez desinscris desinscription desabonner desabonnez
        desabonne desabonnement desabonez dezinscrire desuscribir desuscribirme desuscribanme desuscripcion
        desinscriban desubscribe desuscribeme darmedebaja
    """,
    "alone": "leavealone",
    "block": """
        block blocking bloqueen bloquen bloquez bloqueo bloquear blocked bloque bloqueare bloqueado blok blocker
        bloquerai bloquee blacklist blacklisted blocklist
        bloqueados bloqueada bloques bloquees
    """,
    "lose": """
        lose loose forget olviden olvidense olvidate oubliez oublie forgetting perdez perdre pierdan pierda
        pierde olvida olvide olvidar oublier jette jetez ditch burn toss trash bin chuck
        olvidarse olvidarme olvidarnos olvidenme
        perds
    """,
    "revoke": """
        revoke revoking revoked withdraw withdrawing withdrawn rescind revoco retiro revoquer retract retracting
        retracted anulo
    """,
    "consent": """
        consent permission authorization consentimiento permiso autorizacion consentement autorisation accord
        agreed agree opted approve approved permise acceptation aceptado acepto aceptar acuerdo derecho droit
        consiento consiente consienta consens consentons
        agreeing accepte acceptee consented
    """,
    "legal": """
        fcc tcpa ftc lawyer attorney lawsuit sue suing lawyers complaint police cnil crtc casl gdpr claims bbb
        abogado profeco avocat plainte sernac consumo illegal ilegal illegale sued harassment-law justice
        justicia tribunal tribunaux juicio autoridades autorites demando policia rgpd aepd lopd lopdgdd
        reclamacion bloctel robinson dgccrf oposicion ico arcep harcelement-plainte lawful legally legalmente
        attaque
        violation
    """,
    "enough": """
        enough basta harto harta marre tannee tanne assez stufa cansa cansado hartos sicken fedup fatiguee
        saoule saoulee lasse excede excedee fatigado fatigada cansada podrido canse cansaron bsta
    """,
    "wrong": """
        wrong equivocado equivocada mauvais erreur incorrecto incorrecta incorrect trompe trompez trompes
        equivocaron equivoco equivocan equivocados equivocas incorrectly
    """,
    "switch": "turn turned switch shut",
    "again-to": "vuelvan vuelva vuelvas vuelven volver volvais volvas vuelvais",
    "baja": "baja",
    "interest": """
        interested interest interesa interesado interesada interesados interessee interesse interesses
        interessent interesan
    """,
    "refuse": """
        refuse refuses refusing decline declining object objecting oppose opposed reject niego rechazo opongo
        refus opposition rehuso conteste forbid prohibit
        objection
    """,
    "avoid": """
        avoid spare eviten evite evitar evita evitez eviter abstenganse abstengase abstenerse abstente absteneos
        abstenez abstenir chill relax limit
        calmez calme calmense bajenle bajale
    """,
    "annoying": """
        annoying annoyed annoys irritating intrusive invasive nuisance creepy obnoxious relentless nonstop
        unwanted unsolicited bothersome unwelcome fastidio acoso molestia molesto pesados pesado indeseados
        indeseado lata intrusif penible chiant saoulant soulant harcelement indesirables indesirable stalker
        creeps scammers toomuch harassing harassment harass harassed harcele acosar acosarme acosando acosen
        hostigar hostigarme hostigando harassin harcelez harceler bothered chinguen chingues chingue jodan jodas
        joda rompan rompas frieguen hinchen gavez gonflez gonflent gonfle saoulent soule soulent ecoeurez
        ecoeure spamming spammer spammed spamer molestan derange derangent fatiguent fatigue cansan enervent
        agacent
    """,
    "report": """
        report reported reporting reports reportar reportare reporto reportaremos flagged flagging signaler
        signalerai signale avertissement
    """,
    "dismiss": """
        goaway degagez degage larguense larguese largate oust ouste scram alejense pierdanse gtfo decrissez
        decrisse decalissez
    """,
}


def class_of_words() -> dict[str, str]:
    """Tell the class of every word that is in one."""
    return {word: name for name, words in (_WORDS | SURROUNDINGS).items() for word in words.split()}


STEMS: Mapping[str, str] = {
    "annoying": r"spamm?\w+|harr?as+\w*|harcel\w*|acos(?:o|ar|an)\w*|hostig\w+",
    "stop": r"(?:par|deten|dete)\w{0,3}l[ao]s?|arret(?:i?ez|er|es|ent)|cess(?:i?ez|er|es|ent)|"
    r"paren(?!t)\w*|parei?s|dej(?:ei?s|enme|aran?|ense|ate|ese)"
    r"|discontinu\w+",
    "sending": r"(?:mand|envi|mandand|enviand)\w{0,5}(?:me|nos|l[aeo]s?)",
    "texting": r"(?:contact|escri[bv]|mensaje|molest|texte|spame|jod|ching|fastidi)\w{0,6}(?:me|nos|ndo)"
    r"|bother\w*",
    "text": r"(?:contact|escri[bv]|ecriv|t?e?xte|molest)"
    r"(?:ar[ae]n?|ar[ae]s|e|es|en|as|a|an|ais|eis|i?ez|arais|ieran?|ierais|ent|ons)",
    "give": r"(?:mand|envi)(?:eis|arais|aran?|aseis)|envoyiez",
    "messages": r"mensaj\w+|messag\w+s|mesaj\w+|textit[oe]s|textos",
    "notices": r"recordatorios|promoc\w+|notific\w+|publici\w+",
    "unsubscribe": r"unsub\w+|unsusc\w+|de[sz]ins[ck]ri\w+|desabon\w+|desus[ck]ri\w+|desubs\w+",
    "remove-me": r"(?:borr|elimin|[qk]u?it|sa(?:[ck]|qu)|retir|descart)\w{0,3}(?:me|nos)",
    "remove": r"(?:borr|elimin|quit|saqu|sac|retir|tach|baj)\w{0,3}l[oae]s?|supprim\w+|effac\w+|elimin\w+"
    r"|borr(?:ad|ar|ais|eis)|quit(?:ad|ais|eis)|saqu?(?:ad|en|eis)",
    "end": r"desactiv\w+|desabilit\w+|anul(?:en|e|a)me",
    "legal": r"denunci\w+|demand(?:ar|are|aremos)|attorney\w*|lawyer\w*",
    "revoke": r"revo(?:k|c|qu)\w+|withdr\w+|rescind\w*",
    "consent": r"consent\w*|autoris\w+|autoriz\w+|permis\w+",
    "enough": r"hart[oa]s?|cansad[oa]s?",
}
"""What is matched, whole, against words that are in no class."""
