//! French.

use super::Romance;

pub(in crate::lint::statement) const FRENCH: Romance = Romance {
    infinitives: &["er", "ir", "dre", "ttre", "uire", "crire"],
    other_infinitives: "lire faire refaire taire plaire traire extraire suivre poursuivre vivre conclure exclure inclure élire interrompre rompre vaincre \
        satisfaire cuire coudre moudre dire redire dédire boire croire",
    no_infinitives: "atelier métier premier dernier dossier cahier chantier papier quartier courrier boulanger routier hiver cher infirmier financier \
        pompier hier entier particulier régulier escalier fichier calendrier ouvrier cuisinier menuisier plombier charpentier jardinier pâtissier \
        policier conseiller étranger danger léger avenir plaisir loisir désir soupir cuir savoir pouvoir devoir espoir couloir miroir comptoir \
        hôtelier immobilier mobilier leader manager master cadre ordre encadre cylindre cendre gendre genre tendre moindre amer enfer cancer laser clavier \
        levier panier acier damier sentier janvier février foyer loyer dîner déjeuner goûter souvenir terroir élixir vizir saphir",
    verbs: "mesurer analyser contrôler vérifier préparer monter démonter réparer souder couper nettoyer enregistrer documenter élaborer rédiger dessiner \
        programmer configurer installer calibrer étalonner régler ajuster inspecter superviser coordonner organiser planifier gérer évaluer calculer \
        interpréter appliquer utiliser opérer manipuler entretenir soigner présenter expliquer identifier classer comparer sélectionner développer créer \
        réaliser exécuter effectuer administrer conseiller informer communiquer négocier répondre peindre poncer polir mélanger cuisiner transporter \
        stocker emballer étiqueter charger décharger cultiver arroser tailler récolter panser examiner trier traiter archiver enseigner former guider \
        accompagner protéger surveiller détecter diagnostiquer tester connecter brancher assembler fabriquer démolir creuser niveler tracer câbler désinfecter \
        stériliser laver repasser broder énumérer définir nommer résumer distinguer citer déterminer établir publier éditer filmer photographier intégrer optimiser \
        choisir fournir garantir saisir remplir noter usiner percer visser poser tourner relever corriger animer diriger facturer encaisser livrer accueillir",
    third: &[
        ("yer", "ie"),
        ("er", "e"),
        ("ir", "it"),
        ("endre", "end"),
        ("ondre", "ond"),
    ],
    irregular: "lit écrit fait met prend rend conduit construit traduit produit réduit résout entreprend transmet coud vend répond défend détruit suit \
        peint rejoint permet remet bat abat instruit cuit extrait atteint éteint joint soumet inscrit décrit élit tient maintient entretient obtient ouvre \
        couvre offre cueille accueille reçoit conçoit perçoit sert dessert gère règle mène amène étiquette appelle nettoie emploie essaie achète pèse lève relève sélectionne \
        intègre opère protège complète répète exécute dirige rédige corrige place déplace remplace trace lance avance interprète énumère",
    people: "apprenant apprenante apprenants stagiaire stagiaires personne personnes titulaire titulaires participant participante participants candidat candidate candidats étudiant \
        étudiante étudiants apprenti apprentie il elle on",
    articles: &["le", "la", "l", "les", "chaque", "un", "une"],
    lead_ins: &[
        "peut",
        "peuvent",
        "est capable de",
        "est capable d",
        "sont capables de",
        "capable de",
        "capable d",
        "sera capable de",
        "sera capable d",
        "pourra",
        "sait",
        "savent",
        "savoir",
        "être capable de",
        "être capable d",
        "est en mesure de",
        "est apte à",
        "pouvoir",
    ],
    adverb: "ment",
    before: "ne pas aussi bien puis se s l les en",
    vague: "comprendre comprend comprendra connaître connait connaît savoir sait apprendre apprend apprendra découvrir découvre découvrez explorer explore apprécier \
        apprécie acquérir acquiert maîtriser maîtrise être est avoir a familiariser familiarise intéresser sensibiliser booster boostez libérer libérez devenir deviens devenez \
        penser pense croire croit ressentir approfondir approfondit vouloir veut pouvoir réussir réussit réfléchir assimiler assimile vivre vivez plonger plongez \
        obtenir obtient obtenez développez propulsez épanouir grandir initier",
    held: "connaissance connaissances compréhension compétence compétences conscience intérêt maîtrise savoirs attitude aptitudes expertise expérience",
    holding: "démontrer démontre montrer montre posséder possède développer développe disposer dispose témoigner élargir mobiliser",
    pointing: &[
        "ce",
        "cette",
        "dans ce",
        "dans cette",
        "le",
        "la",
        "notre",
        "pendant la",
        "au cours de cette",
        "au cours de ce",
    ],
    courses: "cours module modules atelier ateliers formation formations programme séminaire stage session sessions certificat badge microcertification webinaire cursus parcours",
    attending: "assister assiste participer participe inscrire s’inscrire suivre suit recevoir reçoit terminer termine valider valide effectuer compléter complète",
    nouns_too: "contrôle mesure analyse forme guide coupe programme place trace livre classe note règle récolte taille charge offre visite lance relève tourne presse",
    of: "de des du d",
    knowledge: "expliquer décrire identifier classer comparer énumérer définir nommer résumer distinguer reconnaître interpréter citer exposer",
};
