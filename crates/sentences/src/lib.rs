//! Sentences as vectors: texts that mean the same come to lie in the same direction, whatever their words are.
//!
//! Runs models of the kind of all-MiniLM-L6-v2: BERT (J. Devlin et al., "BERT: Pre-training of Deep Bidirectional Transformers for
//! Language Understanding", 2019) with the mean of its tokens as the vector (N. Reimers and I. Gurevych, "Sentence-BERT", 2019). The
//! model is a folder that somebody brings; this crate carries nothing of it and fetches nothing. What the folder says of itself is
//! read, and a model of another kind is refused: it would give vectors, and wrong ones.
//!
//! **Invariant:** the vector of a text has length one, so that the product of two is their cosine.
//!
//! Start at [`Model::open`].

mod bert;
mod folder;
mod wordpiece;

use std::path::Path;

pub use folder::ModelError;

/// A model that was read.
pub struct Model {
    wordpiece: wordpiece::WordPiece,
    bert: bert::Bert,
    /// Tokens of the longest text, with the two that stand around it.
    longest: usize,
}

impl Model {
    /// Reads the folder of a model: `config.json`, `modules.json`, `sentence_bert_config.json`, `tokenizer_config.json`, `vocab.txt`,
    /// `1_Pooling/config.json`, `model.safetensors`.
    pub fn open(folder: &Path) -> Result<Self, ModelError> {
        folder::read(folder)
    }

    /// The vector of a text. What lies behind the longest text that the model knows is not read.
    pub fn vector(&self, text: &str) -> Result<Vec<f32>, ModelError> {
        self.bert
            .vector(&self.tokens(text))
            .map_err(ModelError::Run)
    }

    /// The numbers of a text's tokens.
    pub fn tokens(&self, text: &str) -> Vec<u32> {
        self.wordpiece.tokens(text, self.longest)
    }
}
