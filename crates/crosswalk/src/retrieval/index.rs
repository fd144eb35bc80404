//! An inverted index over one kind of term, and BM25 over it.
//!
//! S. Robertson and H. Zaragoza, "The Probabilistic Relevance Framework: BM25 and Beyond" (2009), §3; exact, no approximation.

use hashbrown::HashMap;

/// Terms and the entries that have them.
#[derive(Clone, Debug, Default)]
pub(crate) struct Index {
    terms: HashMap<Box<str>, u32>,
    /// Per term: entry and how often it has the term.
    postings: Vec<Vec<(u32, f32)>>,
    idf: Vec<f32>,
    lengths: Vec<f32>,
    mean_length: f32,
}

/// How BM25 saturates and how far it minds length.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Saturation {
    pub(crate) k1: f32,
    pub(crate) b: f32,
}

/// A query: terms and how much each of them counts.
pub(crate) type Terms = Vec<(u32, f32)>;

impl Index {
    /// Indexes entries, each given as its terms.
    pub(crate) fn new(entries: impl Iterator<Item = Vec<String>>) -> Self {
        let mut index = Self::default();
        let mut counts: HashMap<u32, f32> = HashMap::new();
        for (entry, terms) in entries.enumerate() {
            index.lengths.push(terms.len() as f32);
            let mut order = Vec::new();
            for term in terms {
                let id = index.intern(term);
                let count = counts.entry(id).or_insert(0.0);
                if *count == 0.0 {
                    order.push(id);
                }
                *count += 1.0;
            }
            for id in order {
                let count = counts.remove(&id).unwrap_or(1.0);
                index.postings[id as usize].push((u32::try_from(entry).unwrap_or(u32::MAX), count));
            }
        }
        let entries = index.lengths.len() as f32;
        index.mean_length = (index.lengths.iter().sum::<f32>() / entries.max(1.0)).max(1e-6);
        index.idf = index
            .postings
            .iter()
            .map(|posting| {
                let with = posting.len() as f32;
                (1.0 + (entries - with + 0.5) / (with + 0.5)).ln()
            })
            .collect();
        index
    }

    fn intern(&mut self, term: String) -> u32 {
        if let Some(id) = self.terms.get(term.as_str()) {
            return *id;
        }
        let id = u32::try_from(self.postings.len()).unwrap_or(u32::MAX);
        self.terms.insert(term.into_boxed_str(), id);
        self.postings.push(Vec::new());
        id
    }

    /// A query of these terms: each once, by how often it stands there, damped.
    pub(crate) fn query(&self, terms: &[String]) -> Terms {
        let mut found: Terms = Vec::new();
        for id in terms
            .iter()
            .filter_map(|term| self.terms.get(term.as_str()))
        {
            match found.iter_mut().find(|(known, _)| known == id) {
                Some((_, count)) => *count += 1.0,
                None => found.push((*id, 1.0)),
            }
        }
        for (_, count) in &mut found {
            *count = 1.0 + count.ln();
        }
        found
    }

    /// Adds BM25 of the query to the score of each entry.
    pub(crate) fn score(&self, query: &Terms, how: Saturation, scores: &mut [f32]) {
        for &(term, count) in query {
            let weight = self.idf[term as usize] * count * (how.k1 + 1.0);
            for &(entry, times) in &self.postings[term as usize] {
                let length = self.lengths[entry as usize] / self.mean_length;
                let norm = how.k1 * (1.0 - how.b + how.b * length);
                scores[entry as usize] += weight * times / (times + norm);
            }
        }
    }

    /// Adds, per entry, the idf of the query's terms in it, squared: the product of two vectors of ones and idf.
    pub(crate) fn overlap(&self, query: &Terms, touched: &mut Vec<u32>, scores: &mut [f32]) {
        for &(term, _) in query {
            let idf = self.idf[term as usize];
            for &(entry, _) in &self.postings[term as usize] {
                let score = &mut scores[entry as usize];
                if *score == 0.0 {
                    touched.push(entry);
                }
                *score += idf * idf;
            }
        }
    }

    /// The length of an entry as a vector of ones and idf, squared, for all entries.
    pub(crate) fn norms(&self) -> Vec<f32> {
        let mut norms = vec![0.0; self.lengths.len()];
        for (posting, idf) in self.postings.iter().zip(&self.idf) {
            for &(entry, _) in posting {
                norms[entry as usize] += idf * idf;
            }
        }
        norms
    }

    /// The length of a query as such a vector, squared; terms that no entry has count as the rarest.
    pub(crate) fn norm_of(&self, terms: &[String]) -> f32 {
        let rarest = (1.0 + (self.lengths.len() as f32 + 0.5) / 0.5).ln();
        let mut seen: Vec<&String> = Vec::new();
        let mut norm = 0.0;
        for term in terms {
            if seen.contains(&term) {
                continue;
            }
            seen.push(term);
            let id = self.terms.get(term.as_str());
            let idf = id.map_or(rarest, |id| self.idf[*id as usize]);
            norm += idf * idf;
        }
        norm
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::retrieval::words::stems;

    #[test]
    fn a_score_is_what_the_formula_gives() {
        let texts = ["weld pipe pipe", "weld plate", "paint"];
        let index = Index::new(texts.iter().map(|text| stems(text)));
        let mut scores = vec![0.0; 3];
        let how = Saturation { k1: 1.2, b: 0.75 };
        index.score(&index.query(&stems("pipe weld")), how, &mut scores);
        let idf = |with: f32| (1.0 + (3.0 - with + 0.5) / (with + 0.5)).ln();
        let term = |times: f32, length: f32, with: f32| {
            let norm = 1.2 * (1.0 - 0.75 + 0.75 * length / 2.0);
            idf(with) * 2.2 * times / (times + norm)
        };
        let expect = [
            term(2.0, 3.0, 1.0) + term(1.0, 3.0, 2.0),
            term(1.0, 2.0, 2.0),
            0.0,
        ];
        for (score, expect) in scores.iter().zip(expect) {
            assert!((score - expect).abs() < 1e-6, "{score} {expect}");
        }
    }
}
