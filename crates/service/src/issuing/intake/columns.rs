//! What the columns of a spreadsheet mean, whatever they are called.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// A column that is understood.
#[derive(Clone, Copy, Debug, Deserialize, Eq, Ord, PartialEq, PartialOrd, Serialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs)] // The names say it.
pub enum Column {
    Name,
    GivenName,
    FamilyName,
    Email,
    Identifier,
    Did,
    Level,
    Result,
    Evidence,
    Assessor,
    AwardedOn,
    Language,
}

/// Which header stands for which column; `None` leaves a column out. Headers that are not named here are recognised as usual.
pub type Mapping = BTreeMap<String, Option<Column>>;

impl Column {
    /// Every column.
    pub const ALL: [Self; 12] = [
        Self::Name,
        Self::GivenName,
        Self::FamilyName,
        Self::Email,
        Self::Identifier,
        Self::Did,
        Self::Level,
        Self::Result,
        Self::Evidence,
        Self::Assessor,
        Self::AwardedOn,
        Self::Language,
    ];

    /// The name in files, in the API and in mappings.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::GivenName => "given_name",
            Self::FamilyName => "family_name",
            Self::Email => "email",
            Self::Identifier => "identifier",
            Self::Did => "did",
            Self::Level => "level",
            Self::Result => "result",
            Self::Evidence => "evidence",
            Self::Assessor => "assessor",
            Self::AwardedOn => "awarded_on",
            Self::Language => "language",
        }
    }

    /// The column behind a name in the API or in a mapping.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|column| column.as_str() == name)
    }

    /// The word in messages.
    pub fn word(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::GivenName => "given name",
            Self::FamilyName => "family name",
            Self::Email => "e-mail",
            Self::Identifier => "identifier",
            Self::Did => "DID",
            Self::Level => "level",
            Self::Result => "result",
            Self::Evidence => "evidence",
            Self::Assessor => "assessor",
            Self::AwardedOn => "date",
            Self::Language => "language",
        }
    }

    /// Recognises a header, in any letter case, with or without accents, spaces and punctuation.
    pub(super) fn recognise(header: &str) -> Option<Self> {
        let folded = fold(header);
        let known = KNOWN
            .iter()
            .find(|(_, names)| names.split(' ').any(|name| name == folded));
        known.map(|(column, _)| *column)
    }
}

/// Decides what each header means.
///
/// Where given names have a column of their own, a plain "name" is the family name; where family names have, it is the given
/// name: lists with `Vorname` and `Name`, or `nombre` and `apellidos`, are common.
pub(super) fn assign(headers: &[String], mapping: &Mapping) -> Vec<Option<Column>> {
    let folded: BTreeMap<String, Option<Column>> = mapping
        .iter()
        .map(|(header, column)| (fold(header), *column))
        .collect();
    let told = |header: &String| folded.get(&fold(header)).copied();
    let mut assigned: Vec<_> = headers
        .iter()
        .map(|header| told(header).unwrap_or_else(|| Column::recognise(header)))
        .collect();
    let has = |assigned: &[Option<Column>], column| assigned.contains(&Some(column));
    let (given, family) = (
        has(&assigned, Column::GivenName),
        has(&assigned, Column::FamilyName),
    );
    if given != family {
        let other = if given {
            Column::FamilyName
        } else {
            Column::GivenName
        };
        let plain = |(at, column): &(usize, &Option<Column>)| {
            **column == Some(Column::Name) && told(&headers[*at]).is_none()
        };
        if let Some((at, _)) = assigned.iter().enumerate().find(plain) {
            assigned[at] = Some(other);
        }
    }
    assigned
}

/// Letters and digits in lower case, without accents.
fn fold(text: &str) -> String {
    let mut folded = String::new();
    for c in text.chars().flat_map(char::to_lowercase) {
        match c {
            '\u{300}'..='\u{36F}' => {} // Combining accents.
            'à'..='å' | 'ā' | 'ă' | 'ą' => folded.push('a'),
            'æ' => folded.push_str("ae"),
            'ç' | 'ć' | 'č' => folded.push('c'),
            'ď' | 'đ' | 'ð' => folded.push('d'),
            'è'..='ë' | 'ē' | 'ę' | 'ě' => folded.push('e'),
            'ğ' => folded.push('g'),
            'ì'..='ï' | 'ī' | 'ı' => folded.push('i'),
            'ł' | 'ľ' => folded.push('l'),
            'ñ' | 'ń' | 'ň' => folded.push('n'),
            'ò'..='ö' | 'ø' | 'ō' | 'ő' => folded.push('o'),
            'œ' => folded.push_str("oe"),
            'ř' => folded.push('r'),
            'ś' | 'š' | 'ş' | 'ș' => folded.push('s'),
            'ß' => folded.push_str("ss"),
            'ť' | 'ţ' | 'ț' => folded.push('t'),
            'ù'..='ü' | 'ū' | 'ů' | 'ű' => folded.push('u'),
            'ý' | 'ÿ' => folded.push('y'),
            'ź' | 'ż' | 'ž' => folded.push('z'),
            c if c.is_alphanumeric() => folded.push(c),
            _ => {}
        }
    }
    folded
}

/// The usual names, folded. A name stands once.
const KNOWN: &[(Column, &str)] = &[
    (
        Column::Name,
        "name fullname displayname learner learnername student studentname participant participantname recipient \
         recipientname candidate candidatename holder vollstandigername namevollstandig teilnehmer teilnehmerin \
         teilnehmende teilnehmername lernende studierende nom nomcomplet nometprenom prenometnom apprenant etudiant \
         nombre nombrecompleto nombreyapellidos alumno alumna estudiante participante nome nomecompleto nomeecognome \
         studente partecipante naam volledigenaam deelnemer aluno imieinazwisko uczestnik namn nimi jmeno 姓名 氏名 名前 \
         имя фио الاسم",
    ),
    (
        Column::GivenName,
        "givenname givennames firstname firstnames forename vorname vornamen rufname prenom prenoms nombredepila nombres \
         voornaam imie fornamn etunimi imya",
    ),
    (
        Column::FamilyName,
        "familyname lastname surname nachname familienname zuname nomdefamille apellido apellidos cognome achternaam \
         apelido sobrenome nazwisko efternamn sukunimi prijmeni фамилия",
    ),
    (
        Column::Email,
        "email emailaddress mail mailaddress emailadresse mailadresse courriel adressecourriel adresseemail adressemail \
         adresseelectronique correo correoelectronico direcciondecorreo emailadres posta postaelettronica indirizzoemail \
         enderecodeemail adresemail epost epostadress sahkoposti 电子邮件 邮箱 メール メールアドレス почта электроннаяпочта \
         البريدالإلكتروني",
    ),
    (
        Column::Identifier,
        "identifier id studentid studentnumber studentno learnerid learnernumber participantid registrationnumber \
         matriculationnumber employeeid employeenumber personnelnumber matrikelnummer matrikelnr matrikel kennung \
         teilnehmernummer personalnummer identifiant numeroetudiant numetudiant matricule identificador matricula \
         numerodeestudiante matricola identificativo studentnummer numerodealuno numeralbumu identyfikator 学号",
    ),
    (
        Column::Did,
        "did learnerdid studentdid participantdid recipientdid holderdid subjectdid walletdid decentralizedidentifier \
         decentralisedidentifier dezentralerbezeichner dezentraleridentifikator identifiantdecentralise \
         identificadordescentralizado identificatoredecentralizzato",
    ),
    (
        Column::Level,
        "level levelreached achievedlevel rubriclevel stufe niveau niveaustufe nivel livello poziom niva taso уровень 等级",
    ),
    (
        Column::Result,
        "result results grade score mark marks points ergebnis note punkte punktzahl resultat resultado calificacion nota \
         puntuacion risultato voto punteggio resultaat cijfer wynik ocena betyg результат 成绩",
    ),
    (
        Column::Evidence,
        "evidence evidenceurl evidencelink evidences proof proofurl portfolio url link beleg belege nachweis nachweise preuve \
         preuves evidencia evidencias prueba pruebas prova prove evidenza bewijs dowod dowody bevis",
    ),
    (
        Column::Assessor,
        "assessor assessors assessedby assessorname examiner examinedby evaluator evaluatedby prufer pruferin prufende \
         pruefer prueferin geprueftvon gepruftvon bewertetvon evaluateur evaluatrice examinateur examinatrice evaluepar \
         evaluador evaluadora examinador evaluadopor valutatore esaminatore beoordelaar examinator avaliador egzaminator",
    ),
    (
        Column::AwardedOn,
        "awardedon awarded awarddate dateawarded dateofaward assessedon assessmentdate date completedon completiondate \
         datecompleted issuedon issuedate datum verliehenam prufungsdatum pruefungsdatum abschlussdatum vergabedatum \
         datedobtention dateobtention delivrele datedevaluation fecha fechadeconcesion fechadeobtencion data \
         dataconseguimento datumtoekenning datawydania dato paivamaara дата 日期 日付",
    ),
    (
        Column::Language,
        "language lang locale languagecode sprache langue idioma lingua taal jezyk sprak kieli язык 语言",
    ),
];

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[track_caller]
    fn check(headers: &[&str], mapping: &[(&str, Option<Column>)], expect: &[Option<Column>]) {
        let headers: Vec<String> = headers.iter().map(ToString::to_string).collect();
        let mapping = mapping
            .iter()
            .map(|(header, column)| ((*header).to_owned(), *column))
            .collect();
        assert_eq!(assign(&headers, &mapping), expect);
    }

    #[test]
    fn headers_are_recognised_in_any_spelling_and_several_languages() {
        for (header, column) in [
            ("Name", Column::Name),
            (" E-Mail Address ", Column::Email),
            ("STUDENT_ID", Column::Identifier),
            ("Prüfer", Column::Assessor),
            ("Pru\u{308}fer", Column::Assessor),
            ("Niveau", Column::Level),
            ("awarded on", Column::AwardedOn),
            ("Learner DID", Column::Did),
            ("Correo electrónico", Column::Email),
            ("Język", Column::Language),
            ("Preuves", Column::Evidence),
            ("姓名", Column::Name),
        ] {
            assert_eq!(Column::recognise(header), Some(column), "{header}");
        }
        assert_eq!(Column::recognise("Remarks"), None);
        assert_eq!(Column::recognise(""), None);
    }

    #[test]
    fn a_plain_name_beside_a_part_of_the_name_is_the_other_part() {
        check(
            &["Vorname", "Name"],
            &[],
            &[Some(Column::GivenName), Some(Column::FamilyName)],
        );
        check(
            &["nombre", "apellidos"],
            &[],
            &[Some(Column::GivenName), Some(Column::FamilyName)],
        );
        check(
            &["name", "email"],
            &[],
            &[Some(Column::Name), Some(Column::Email)],
        );
    }

    #[test]
    fn a_mapping_goes_before_what_is_recognised() {
        check(
            &["Who", "E-Mail", "Note"],
            &[("who", Some(Column::Name)), ("note", None)],
            &[Some(Column::Name), Some(Column::Email), None],
        );
    }

    #[test]
    fn no_usual_name_stands_for_two_columns_or_unfolded() {
        let names: Vec<&str> = KNOWN
            .iter()
            .flat_map(|(_, names)| names.split_whitespace())
            .collect();
        let once: BTreeSet<&str> = names.iter().copied().collect();
        assert_eq!(names.len(), once.len());
        for name in names {
            assert_eq!(fold(name), name);
        }
    }

    #[test]
    fn every_column_is_found_by_its_own_name() {
        for column in Column::ALL {
            assert_eq!(Column::parse(column.as_str()), Some(column));
            assert_eq!(Column::recognise(column.as_str()), Some(column));
        }
    }
}
