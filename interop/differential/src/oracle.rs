//! Other people's processors: two asked for the statements of a document, one for the canonical form of statements.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use anyhow::{Result, anyhow};
use iref::IriBuf;
use json_ld::{JsonLdProcessor, Options, RemoteDocument, syntax::Parse};
use oxjsonld::{JsonLdParser, JsonLdRemoteDocument};
use oxrdf::{GraphName, NamedOrBlankNode, Quad, Term};
use oxttl::NQuadsParser;
use sophia_api::quad::Spog;
use sophia_api::term::{BnodeId, IriRef, LanguageTag, SimpleTerm};

/// The context documents that may be named, by URL.
pub type Documents = BTreeMap<String, String>;

/// A processor that finds statements.
#[derive(Clone, Copy)]
pub enum Processor {
    Oxjsonld,
    JsonLd,
}

impl Processor {
    pub const ALL: [Self; 2] = [Self::Oxjsonld, Self::JsonLd];

    /// What it is counted as.
    pub fn name(self) -> &'static str {
        match self {
            Self::Oxjsonld => "oxjsonld",
            Self::JsonLd => "json_ld",
        }
    }
}

/// Whoever answers.
pub struct Oracles {
    documents: Arc<Documents>,
    parsed: HashMap<IriBuf, RemoteDocument>,
}

impl Oracles {
    pub fn new(documents: Documents) -> Result<Self> {
        let mut parsed = HashMap::new();
        for (url, text) in &documents {
            let iri = IriBuf::new(url.clone()).map_err(|_| anyhow!("{url} is no IRI"))?;
            let (value, _) = json_ld::syntax::Value::parse_str(text)
                .map_err(|error| anyhow!("{url}: {error}"))?;
            let document = RemoteDocument::new(Some(iri.clone()), None, value);
            parsed.insert(iri, document);
        }
        Ok(Self {
            documents: Arc::new(documents),
            parsed,
        })
    }

    /// The context documents that may be named.
    pub fn documents(&self) -> &Documents {
        &self.documents
    }

    /// The statements that a processor finds, as N-Quads.
    pub fn ask(&self, processor: Processor, text: &str) -> Result<String> {
        match processor {
            Processor::Oxjsonld => self.oxjsonld(text),
            Processor::JsonLd => self.json_ld(text),
        }
    }

    fn oxjsonld(&self, text: &str) -> Result<String> {
        let documents = Arc::clone(&self.documents);
        let load = move |url: &str, _: &oxjsonld::JsonLdLoadDocumentOptions| {
            let document = documents.get(url).ok_or("not among those given")?;
            Ok(JsonLdRemoteDocument {
                document: document.clone().into_bytes(),
                document_url: url.to_owned(),
            })
        };
        let quads = catch_unwind(AssertUnwindSafe(|| {
            let parser = JsonLdParser::new()
                .for_slice(text)
                .with_load_document_callback(load);
            parser.collect::<Result<Vec<Quad>, _>>()
        }))
        .map_err(|_| anyhow!("it panicked"))??;
        Ok(quads.iter().map(|quad| format!("{quad} .\n")).collect())
    }

    fn json_ld(&self, text: &str) -> Result<String> {
        let (value, _) =
            json_ld::syntax::Value::parse_str(text).map_err(|error| anyhow!("{error}"))?;
        let document = RemoteDocument::new(None, None, value);
        let mut generator = rdf_types::generator::Blank::new_with_prefix("fresh".to_owned());
        // It panics on some documents that it should refuse.
        catch_unwind(AssertUnwindSafe(|| -> Result<String> {
            let options = Options {
                rdf_direction: Some(json_ld::rdf::RdfDirection::I18nDatatype),
                ..Options::default()
            };
            let work = document.to_rdf_using(&mut generator, &self.parsed, options);
            let mut rdf = pollster::block_on(work).map_err(|error| anyhow!("{error}"))?;
            Ok(rdf
                .cloned_quads()
                .map(|quad| format!("{quad} .\n"))
                .collect())
        }))
        .map_err(|_| anyhow!("it panicked"))?
    }
}

/// The canonical form of statements by sophia.
pub fn sophia(statements: &str) -> Result<String> {
    let parser = NQuadsParser::new().for_slice(statements);
    let quads = parser.collect::<Result<Vec<Quad>, _>>()?;
    let dataset: HashSet<Spog<SimpleTerm<'static>>> = quads.iter().map(spog).collect();
    let mut out = Vec::new();
    sophia_c14n::rdfc10::normalize(&dataset, &mut out).map_err(|error| anyhow!("{error}"))?;
    Ok(String::from_utf8(out)?)
}

fn spog(quad: &Quad) -> Spog<SimpleTerm<'static>> {
    let graph = match &quad.graph_name {
        GraphName::DefaultGraph => None,
        GraphName::NamedNode(node) => Some(iri(node.as_str())),
        GraphName::BlankNode(node) => Some(blank(node.as_str())),
    };
    let triple = [
        node(&quad.subject),
        iri(quad.predicate.as_str()),
        term(&quad.object),
    ];
    (triple, graph)
}

fn node(node: &NamedOrBlankNode) -> SimpleTerm<'static> {
    match node {
        NamedOrBlankNode::NamedNode(node) => iri(node.as_str()),
        NamedOrBlankNode::BlankNode(node) => blank(node.as_str()),
    }
}

fn term(term: &Term) -> SimpleTerm<'static> {
    match term {
        Term::NamedNode(node) => iri(node.as_str()),
        Term::BlankNode(node) => blank(node.as_str()),
        Term::Literal(literal) => match literal.language() {
            Some(tag) => SimpleTerm::LiteralLanguage(
                literal.value().to_owned().into(),
                LanguageTag::new_unchecked(tag.to_owned().into()),
                None,
            ),
            None => SimpleTerm::LiteralDatatype(
                literal.value().to_owned().into(),
                IriRef::new_unchecked(literal.datatype().as_str().to_owned().into()),
            ),
        },
    }
}

fn iri(text: &str) -> SimpleTerm<'static> {
    SimpleTerm::Iri(IriRef::new_unchecked(text.to_owned().into()))
}

fn blank(label: &str) -> SimpleTerm<'static> {
    SimpleTerm::BlankNode(BnodeId::new_unchecked(label.to_owned().into()))
}
