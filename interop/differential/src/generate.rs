//! Documents that use every keyword of JSON-LD 1.1, mostly as it is meant.
//!
//! A document begins with a context: terms of every kind. Its objects then use those terms, and those of the contexts inside
//! terms where they hold, with values that fit their kind or, one time in fifty, with any value. So most documents are accepted
//! in safe mode, where nothing may be lost.

use serde_json::{Map, Value, json};

use crate::random::Random;

/// The context documents that a generated document may name, by URL.
pub const REMOTE: [(&str, &str); 2] = [
    (
        "https://contexts.example/plain",
        r#"{"@context":{"@version":1.1,"remote":"https://v.example/remote","Remote":{"@id":"https://v.example/Remote","@context":{"inner":"https://v.example/inner-of-remote"}}}}"#,
    ),
    (
        "https://contexts.example/imported",
        r#"{"@context":{"imported":{"@id":"https://v.example/imported","@type":"@id"},"shared":"https://v.example/shared"}}"#,
    ),
];

/// A document.
pub fn document(random: &mut Random) -> Value {
    let mut maker = Maker {
        random,
        terms: Vec::new(),
        based: false,
    };
    let context = maker.context();
    let mut object = Map::new();
    object.insert("@context".into(), context);
    match maker.random.below(12) {
        0 => {
            let nodes: Vec<Value> = (0..=maker.random.below(2)).map(|_| maker.node(3)).collect();
            object.insert("@graph".into(), Value::Array(nodes));
            if maker.random.percent(40) {
                maker.fill(&mut object, 2, &[]);
            }
        }
        _ => maker.fill(&mut object, 3, &[]),
    }
    Value::Object(object)
}

/// What a term is for.
#[derive(Clone, Copy, PartialEq)]
enum Kind {
    Plain,
    Id,
    Vocab,
    Date,
    Json,
    Untyped,
    German,
    NoLanguage,
    Rtl,
    List,
    IdList,
    Set,
    Languages,
    Index,
    PropertyIndex,
    Ids,
    Types,
    Graph,
    GraphIds,
    GraphIndex,
    Nest,
    Nested,
    Reverse,
    Scoped,
    ScopedAway,
    Class,
    Prefix,
}

const KINDS: [Kind; 27] = [
    Kind::Plain,
    Kind::Id,
    Kind::Vocab,
    Kind::Date,
    Kind::Json,
    Kind::Untyped,
    Kind::German,
    Kind::NoLanguage,
    Kind::Rtl,
    Kind::List,
    Kind::IdList,
    Kind::Set,
    Kind::Languages,
    Kind::Index,
    Kind::PropertyIndex,
    Kind::Ids,
    Kind::Types,
    Kind::Graph,
    Kind::GraphIds,
    Kind::GraphIndex,
    Kind::Nest,
    Kind::Nested,
    Kind::Reverse,
    Kind::Scoped,
    Kind::ScopedAway,
    Kind::Class,
    Kind::Prefix,
];

/// A term, and those that its own context adds.
#[derive(Clone)]
struct Term {
    name: String,
    kind: Kind,
    inner: Vec<Term>,
}

impl Term {
    fn new(name: &str, kind: Kind) -> Self {
        Self {
            name: name.to_owned(),
            kind,
            inner: Vec::new(),
        }
    }
}

struct Maker<'r> {
    random: &'r mut Random,
    terms: Vec<Term>,
    /// Whether relative references have something to be resolved against.
    based: bool,
}

impl Maker<'_> {
    fn context(&mut self) -> Value {
        let mut map = Map::new();
        if self.random.percent(40) {
            map.insert("@version".into(), json!(1.1));
        }
        if self.random.percent(25) {
            let vocabulary = self
                .random
                .one_of(&["https://vocab.example/", "https://vocab.example/#"]);
            map.insert("@vocab".into(), json!(vocabulary));
        }
        if self.random.percent(20) {
            map.insert("@base".into(), json!("https://base.example/dir/"));
            self.based = true;
        }
        if self.random.percent(15) {
            map.insert(
                "@language".into(),
                json!(self.random.one_of(&["en", "de-AT", "EN"])),
            );
        }
        if self.random.percent(8) {
            map.insert(
                "@direction".into(),
                json!(self.random.one_of(&["ltr", "rtl"])),
            );
        }
        if self.random.percent(12) {
            map.insert("@protected".into(), json!(true));
        }
        if self.random.percent(6) {
            map.insert("@import".into(), json!(REMOTE[1].0));
            self.terms.push(Term::new("imported", Kind::Id));
            self.terms.push(Term::new("shared", Kind::Plain));
        }
        for (alias, keyword) in [
            ("id", "@id"),
            ("type", "@type"),
            ("value", "@value"),
            ("none", "@none"),
        ] {
            if self.random.percent(30) {
                map.insert(alias.into(), json!(keyword));
            }
        }
        for number in 0..3 + self.random.below(7) {
            let kind = self.kind();
            let name = match kind {
                Kind::Prefix => format!("p{number}"),
                Kind::Class => format!("Class{number}"),
                _ => format!("t{number}"),
            };
            let mut term = Term::new(&name, kind);
            let definition = self.definition(&mut term, 2);
            map.insert(name, definition);
            self.terms.push(term);
        }
        let own = Value::Object(map);
        match self.random.below(10) {
            0 => {
                self.terms.push(Term::new("remote", Kind::Plain));
                let mut class = Term::new("Remote", Kind::Class);
                class.inner.push(Term::new("inner", Kind::Plain));
                self.terms.push(class);
                json!([REMOTE[0].0, own])
            }
            1 => json!([own, {"extra": "https://v.example/extra"}]),
            _ => own,
        }
    }

    fn definition(&mut self, term: &mut Term, depth: usize) -> Value {
        let (name, kind) = (term.name.clone(), term.kind);
        let iri = format!("https://v.example/{name}");
        let mut map = Map::new();
        map.insert("@id".into(), json!(iri));
        let mut set = |key: &str, value: Value| {
            map.insert(key.into(), value);
        };
        match kind {
            Kind::Plain if self.random.percent(60) => return json!(iri),
            Kind::Id => set("@type", json!("@id")),
            Kind::Vocab => set("@type", json!("@vocab")),
            Kind::Date => set("@type", json!("http://www.w3.org/2001/XMLSchema#date")),
            Kind::Json => set("@type", json!("@json")),
            Kind::Untyped => set("@type", json!("@none")),
            Kind::German => set("@language", json!("de")),
            Kind::NoLanguage => set("@language", Value::Null),
            Kind::Rtl => set("@direction", json!("rtl")),
            Kind::List => set("@container", json!("@list")),
            Kind::IdList => {
                set("@container", json!("@list"));
                set("@type", json!("@id"));
            }
            Kind::Set => set("@container", json!("@set")),
            Kind::Languages => set("@container", json!("@language")),
            Kind::Index => set("@container", json!("@index")),
            Kind::PropertyIndex => {
                set("@container", json!("@index"));
                set("@index", json!("https://v.example/indexed"));
            }
            Kind::Ids => set("@container", json!(["@id", "@set"])),
            Kind::Types => set("@container", json!("@type")),
            Kind::Graph => set("@container", json!("@graph")),
            Kind::GraphIds => set("@container", json!(["@graph", "@id"])),
            Kind::GraphIndex => set("@container", json!(["@graph", "@index"])),
            Kind::Nest => return json!("@nest"),
            Kind::Nested => set("@nest", json!("@nest")),
            Kind::Reverse => {
                map.remove("@id");
                map.insert("@reverse".into(), json!(iri));
            }
            Kind::Scoped | Kind::Class
                if depth > 0 && (kind == Kind::Scoped || self.random.percent(50)) =>
            {
                let mut context = self.scoped(term, depth);
                // Contexts of types end with the object where they do not say otherwise.
                if kind == Kind::Class
                    && self.random.percent(30)
                    && let Some(context) = context.as_object_mut()
                {
                    context.insert("@propagate".into(), json!(true));
                }
                set("@context", context);
            }
            Kind::ScopedAway if depth > 0 => {
                let mut context = self.scoped(term, depth);
                if let Some(context) = context.as_object_mut() {
                    context.insert("@propagate".into(), json!(false));
                }
                map.insert("@context".into(), context);
            }
            Kind::Prefix => {
                map.insert("@id".into(), json!(format!("https://p.example/{name}/")));
                map.insert("@prefix".into(), json!(true));
            }
            _ => {}
        }
        if self.random.percent(8) {
            map.insert("@protected".into(), json!(self.random.percent(70)));
        }
        Value::Object(map)
    }

    fn kind(&mut self) -> Kind {
        match KINDS[self.random.below(KINDS.len())] {
            // No statement carries an index: safe mode refuses it.
            Kind::Index | Kind::GraphIndex if self.random.percent(95) => Kind::PropertyIndex,
            kind => kind,
        }
    }

    /// A context inside a term: terms of its own, and sometimes another meaning for those outside.
    fn scoped(&mut self, outer: &mut Term, depth: usize) -> Value {
        let mut map = Map::new();
        for number in 0..=self.random.below(2) {
            let kind = self.kind();
            let mut inner = Term::new(&format!("{}-{number}", outer.name), kind);
            let definition = self.definition(&mut inner, depth - 1);
            map.insert(inner.name.clone(), definition);
            outer.inner.push(inner);
        }
        if self.random.percent(20) {
            map.insert("t1".into(), json!("https://v.example/another-t1"));
        }
        if self.random.percent(10) {
            map.insert("@vocab".into(), json!("https://inner.example/"));
        }
        if self.random.percent(5) {
            map.insert("@language".into(), Value::Null);
        }
        Value::Object(map)
    }

    fn node(&mut self, depth: usize) -> Value {
        self.node_within(depth, &[])
    }

    /// A node in which further terms hold.
    fn node_within(&mut self, depth: usize, extra: &[Term]) -> Value {
        let mut object = Map::new();
        self.fill(&mut object, depth, extra);
        Value::Object(object)
    }

    /// Gives an object an identifier, types and properties.
    fn fill(&mut self, object: &mut Map<String, Value>, depth: usize, extra: &[Term]) {
        let mut extra = extra.to_vec();
        if self.random.percent(50) {
            let types = self.types(&mut extra);
            object.insert("@type".into(), types);
        }
        if self.random.percent(60) {
            object.insert("@id".into(), self.reference());
        }
        if depth == 0 {
            object.insert("https://v.example/leaf".into(), json!("leaf"));
            return;
        }
        for _ in 0..1 + self.random.below(3) {
            let (key, value) = self.member(depth - 1, &extra);
            object.insert(key, value);
        }
        match self.random.below(24) {
            0 => {
                object.insert("@included".into(), json!([self.node(depth - 1)]));
            }
            1 => {
                let value = self.node(depth - 1);
                object.insert("@reverse".into(), json!({"https://v.example/of": value}));
            }
            2 => {
                object.insert("@graph".into(), json!([self.node(depth - 1)]));
            }
            3 => {
                let (key, value) = self.member(depth - 1, &[]);
                object.insert("@nest".into(), json!({key: value}));
            }
            4 if self.random.percent(10) => {
                object.insert("@index".into(), json!("an index"));
            }
            5 => {
                let context = json!({"late": {"@id": "https://v.example/late"}});
                object.insert("@context".into(), context);
                object.insert("late".into(), self.value(depth - 1));
            }
            _ => {}
        }
    }

    fn member(&mut self, depth: usize, extra: &[Term]) -> (String, Value) {
        let known = self.terms.len() + extra.len();
        if known == 0 || self.random.percent(8) {
            let key = match self.random.percent(4) {
                true => "undefined",
                false => self
                    .random
                    .one_of(&["https://v.example/full", "https://v.example/other"]),
            };
            return (key.into(), self.value(depth));
        }
        let at = self.random.below(known);
        let own = self.terms.get(at);
        let term = own.unwrap_or_else(|| &extra[at - self.terms.len()]).clone();
        let value = match self.random.percent(2) {
            true => self.value(depth),
            false => self.fitting(&term, depth),
        };
        match term.kind {
            Kind::Prefix => (format!("{}:suffix", term.name), value),
            _ => (term.name, value),
        }
    }

    /// A value that a term of this kind is made for.
    fn fitting(&mut self, term: &Term, depth: usize) -> Value {
        match term.kind {
            Kind::Id | Kind::Vocab => match self.random.below(3) {
                0 => json!([self.reference(), self.reference()]),
                1 => self.reference(),
                _ => self.node(depth),
            },
            Kind::Date => json!("2026-11-25"),
            Kind::Json => self.json(2),
            Kind::List => {
                let items: Vec<Value> = (0..self.random.below(4))
                    .map(|_| self.value(depth))
                    .collect();
                Value::Array(items)
            }
            Kind::IdList => json!([self.reference(), self.reference()]),
            Kind::Languages => json!({
                "en": "hello", "de": ["hallo", "servus"], "@none": "hej",
            }),
            Kind::Index | Kind::PropertyIndex => {
                json!({"a": self.node(depth), "b": [self.node(depth)]})
            }
            Kind::Ids => {
                json!({"https://i.example/1": self.unnamed(depth), "_:b7": self.unnamed(depth)})
            }
            Kind::Types => {
                let class = self.class();
                json!({class.name: self.node_within(depth, &class.inner)})
            }
            Kind::Graph => self.node(depth),
            Kind::GraphIds => json!({"https://g.example/1": self.node(depth)}),
            Kind::GraphIndex => json!({"a": self.node(depth)}),
            Kind::Nest => {
                let (key, value) = self.member(depth.saturating_sub(1), &[]);
                json!({key: value})
            }
            Kind::Scoped | Kind::ScopedAway | Kind::Class => self.node_within(depth, &term.inner),
            Kind::Reverse => self.node(depth),
            _ => self.value(depth),
        }
    }

    fn unnamed(&mut self, depth: usize) -> Value {
        let mut node = self.node(depth);
        if let Some(node) = node.as_object_mut() {
            node.remove("@id");
        }
        node
    }

    /// Any value.
    fn value(&mut self, depth: usize) -> Value {
        match self.random.below(if depth == 0 { 11 } else { 18 }) {
            0 => json!("a \"text\"\n with \\ ü \u{1F600}"),
            1 => json!(self.random.below(1000)),
            2 => json!(-(self.random.below(1000) as i64)),
            3 => json!(self.random.below(4000) as f64 / 16.0 + 0.5),
            4 => json!(true),
            5 => json!("text"),
            6 => json!({"@value": "text", "@language": self.random.one_of(&["en", "fr-CA"])}),
            7 => json!({"@value": "1", "@type": "http://www.w3.org/2001/XMLSchema#integer"}),
            8 => json!({"@value": self.json(1), "@type": "@json"}),
            9 => json!({"@id": self.reference()}),
            10 => json!({"@value": "text", "@direction": "rtl"}),
            11 => {
                let items: Vec<Value> = (0..self.random.below(3))
                    .map(|_| self.value(depth - 1))
                    .collect();
                json!({"@list": items})
            }
            12 => json!({"@set": [self.value(depth - 1), self.value(depth - 1)]}),
            13 => json!([self.value(depth - 1), self.value(depth - 1)]),
            14 => match self.random.below(4) {
                0 => Value::Null,
                1 => json!([]),
                2 => json!([Value::Null]),
                _ if self.random.percent(5) => json!({"@value": "text", "@index": "i"}),
                _ => json!("another text"),
            },
            _ => self.node(depth - 1),
        }
    }

    fn json(&mut self, depth: usize) -> Value {
        match self.random.below(if depth == 0 { 4 } else { 6 }) {
            0 => json!("text \u{7f} \u{fb33}"),
            1 => json!(self.random.below(100) as f64 / 8.0),
            2 => Value::Null,
            3 => json!(false),
            4 => json!([self.json(depth - 1), 1]),
            _ => json!({"b": self.json(depth - 1), "a": 2, "\u{1F600}": [], "é": {}}),
        }
    }

    fn reference(&mut self) -> Value {
        const ABSOLUTE: [&str; 6] = [
            "https://i.example/1",
            "https://i.example/2#x",
            "_:b1",
            "_:b2",
            "urn:uuid:0d9b2b2e-0000-4000-8000-000000000001",
            "did:example:123",
        ];
        const RELATIVE: [&str; 4] = ["relative", "../up?q#f", "#here", "/top/./x"];
        match self.based && self.random.percent(30) {
            true => json!(self.random.one_of(&RELATIVE)),
            false => json!(self.random.one_of(&ABSOLUTE)),
        }
    }

    /// Types for an object; what their contexts add goes to `extra`.
    fn types(&mut self, extra: &mut Vec<Term>) -> Value {
        let first = self.class();
        extra.extend(first.inner);
        if self.random.percent(30) {
            let second = self.class();
            extra.extend(second.inner);
            return json!([first.name, second.name]);
        }
        json!(first.name)
    }

    fn class(&mut self) -> Term {
        let classes = || self.terms.iter().filter(|term| term.kind == Kind::Class);
        let count = classes().count();
        if count > 0 && self.random.percent(70) {
            let at = self.random.below(count);
            let mut classes = self.terms.iter().filter(|term| term.kind == Kind::Class);
            if let Some(class) = classes.nth(at).cloned() {
                return class;
            }
        }
        Term::new("https://v.example/Thing", Kind::Class)
    }
}
