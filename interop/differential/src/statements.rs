//! Statements as text, taken apart and put together.

use std::collections::{BTreeMap, BTreeSet};

/// One statement of N-Quads.
#[derive(Clone, Eq, Ord, PartialEq, PartialOrd)]
struct Statement {
    subject: String,
    predicate: String,
    object: String,
    /// With a space in front; empty for the default graph.
    graph: String,
}

impl Statement {
    fn read(line: &str) -> Option<Self> {
        let line = line.strip_suffix(" .")?;
        let (subject, rest) = line.split_once(' ')?;
        let (predicate, rest) = rest.split_once(' ')?;
        let end = match rest.starts_with('"') {
            true => end_of_literal(rest),
            false => rest.find(' ').unwrap_or(rest.len()),
        };
        let (object, graph) = rest.split_at(end);
        Some(Self {
            subject: subject.to_owned(),
            predicate: predicate.to_owned(),
            object: object.to_owned(),
            graph: graph.to_owned(),
        })
    }

    fn write(&self) -> String {
        format!(
            "{} {} {}{} .\n",
            self.subject, self.predicate, self.object, self.graph
        )
    }
}

/// Behind the quotes, and the language or datatype.
fn end_of_literal(text: &str) -> usize {
    let mut escaped = false;
    let quote = text.char_indices().skip(1).find(|(_, letter)| {
        let ends = *letter == '"' && !escaped;
        escaped = *letter == '\\' && !escaped;
        ends
    });
    let after = quote.map_or(text.len(), |(at, _)| at + 1);
    text[after..]
        .find(' ')
        .map_or(text.len(), |space| after + space)
}

/// The items of lists in lists become items of the outermost list.
pub fn flat_lists(form: &str) -> String {
    let all: BTreeSet<Statement> = form.lines().filter_map(Statement::read).collect();
    let cells = |predicate: &str| -> BTreeMap<(&str, &str), &str> {
        let of = all
            .iter()
            .filter(|statement| statement.predicate == predicate);
        of.map(|statement| {
            (
                (statement.graph.as_str(), statement.subject.as_str()),
                statement.object.as_str(),
            )
        })
        .collect()
    };
    let (firsts, rests) = (cells(FIRST), cells(REST));
    let mut out = String::new();
    for statement in &all {
        let (graph, object) = (statement.graph.as_str(), statement.object.as_str());
        if statement.predicate == FIRST || statement.predicate == REST {
            continue;
        }
        let mut changed = statement.clone();
        if rests.contains_key(&(graph, object)) {
            let mut items = Vec::new();
            gather(graph, object, &firsts, &rests, &mut items, 0);
            changed.object = NIL.to_owned();
            // From the end, each cell named after the head and its place.
            for (at, item) in items.iter().enumerate().rev() {
                let cell = format!("{object}x{at}");
                out.push_str(&format!(
                    "{cell} {FIRST} {item}{graph} .\n{cell} {REST} {}{graph} .\n",
                    changed.object
                ));
                changed.object = cell;
            }
        }
        out.push_str(&changed.write());
    }
    out
}

/// The items of a list, with those of the lists in it in their places.
fn gather<'s>(
    graph: &'s str,
    head: &'s str,
    firsts: &BTreeMap<(&'s str, &'s str), &'s str>,
    rests: &BTreeMap<(&'s str, &'s str), &'s str>,
    items: &mut Vec<&'s str>,
    depth: usize,
) {
    let mut cell = head;
    while let Some(rest) = rests.get(&(graph, cell)).filter(|_| depth < DEEPEST) {
        match firsts.get(&(graph, cell)) {
            Some(item) if rests.contains_key(&(graph, *item)) => {
                gather(graph, item, firsts, rests, items, depth + 1)
            }
            Some(item) if *item == NIL => {}
            Some(item) => items.push(item),
            None => {}
        }
        cell = rest;
    }
}

/// Without what is said of empty lists.
pub fn without_empty_lists(form: &str) -> String {
    let all = form.lines().filter_map(Statement::read);
    all.filter(|statement| statement.object != NIL || statement.predicate == REST)
        .map(|statement| statement.write())
        .collect()
}

/// Statements in a graph whose name says nothing, a blank node that stands nowhere else, are put into the default graph.
pub fn without_unnamed_graphs(form: &str) -> String {
    let all: BTreeSet<Statement> = form.lines().filter_map(Statement::read).collect();
    let nodes: BTreeSet<&str> = all
        .iter()
        .flat_map(|statement| [statement.subject.as_str(), statement.object.as_str()])
        .collect();
    let named = |graph: &str| !graph.starts_with("_:") || nodes.contains(graph);
    all.iter()
        .map(|statement| {
            let mut moved = statement.clone();
            if !named(statement.graph.trim_start()) {
                moved.graph.clear();
            }
            moved.write()
        })
        .collect()
}

/// Blank nodes of which the same is said become one.
pub fn alike_nodes_once(form: &str) -> String {
    let all: BTreeSet<Statement> = form.lines().filter_map(Statement::read).collect();
    let blank = |name: &str| name.starts_with("_:");
    let mut names: BTreeMap<&str, String> = BTreeMap::new();
    // Each round looks one node further: what is said of the nodes that are named.
    for _ in 0..DEEPEST {
        let name = |node: &str| names.get(node).cloned();
        let mut said: BTreeMap<&str, BTreeSet<String>> = BTreeMap::new();
        for statement in all.iter().filter(|statement| blank(&statement.subject)) {
            let object =
                name(&statement.object).unwrap_or_else(|| match blank(&statement.object) {
                    true => String::new(),
                    false => statement.object.clone(),
                });
            let text = format!("{} {object}{}", statement.predicate, statement.graph);
            said.entry(&statement.subject).or_default().insert(text);
        }
        let mut first: BTreeMap<&BTreeSet<String>, &str> = BTreeMap::new();
        let next = said
            .iter()
            .map(|(node, text)| (*node, (*first.entry(text).or_insert(node)).to_owned()))
            .collect();
        if next == names {
            break;
        }
        names = next;
    }
    let name = |node: &String| names.get(node.as_str()).unwrap_or(node).clone();
    let merged: BTreeSet<String> = all
        .iter()
        .map(|statement| {
            Statement {
                subject: name(&statement.subject),
                object: name(&statement.object),
                ..statement.clone()
            }
            .write()
        })
        .collect();
    merged.into_iter().collect()
}

/// More than any document here has.
const DEEPEST: usize = 50;
const FIRST: &str = "<http://www.w3.org/1999/02/22-rdf-syntax-ns#first>";
const REST: &str = "<http://www.w3.org/1999/02/22-rdf-syntax-ns#rest>";
const NIL: &str = "<http://www.w3.org/1999/02/22-rdf-syntax-ns#nil>";
