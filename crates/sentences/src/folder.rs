//! The folder of a model: what it says of itself, and whether that is what is run here.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use candle_core::{Device, safetensors};
use serde::{Deserialize, de::DeserializeOwned};

use crate::{Model, bert::Bert, wordpiece::WordPiece};

/// Why there is no model, or no vector.
#[derive(Debug, thiserror::Error)]
pub enum ModelError {
    /// A file is not there, or cannot be read.
    #[error("{}: cannot be read, and the folder of a model has it", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// A file does not say what the file of a model with this name says.
    #[error("{}: not what a model says there", path.display())]
    Malformed {
        /// The file.
        path: PathBuf,
        /// Why.
        source: serde_json::Error,
    },
    /// A model of another kind.
    #[error("{}: a model of another kind; what is run here has {wanted}", path.display())]
    OtherKind {
        /// The file that says so.
        path: PathBuf,
        /// What it would have to say.
        wanted: &'static str,
    },
    /// The weights are not those that the folder describes.
    #[error("{}: not the weights that config.json describes", path.display())]
    Weights {
        /// The file.
        path: PathBuf,
        /// Why.
        source: candle_core::Error,
    },
    /// No vector came out.
    #[error("the model did not run: vocab.txt and model.safetensors do not belong together")]
    Run(#[source] candle_core::Error),
}

pub(crate) fn read(folder: &Path) -> Result<Model, ModelError> {
    let folder = Folder(folder);
    let config: Config = folder.json(CONFIG)?;
    folder.must(
        config.is_run_here(),
        CONFIG,
        "BERT with gelu, absolute positions and heads of one size",
    )?;
    let modules: Vec<Module> = folder.json(MODULES)?;
    let kinds: Vec<&str> = modules.iter().map(Module::name).collect();
    // With or without the last: the vector gets length one here in any case.
    let plain = matches!(
        kinds[..],
        ["Transformer", "Pooling"] | ["Transformer", "Pooling", "Normalize"]
    );
    folder.must(plain, MODULES, "Transformer, Pooling and Normalize")?;
    let pooling: Pooling = folder.json(POOLING)?;
    folder.must(pooling.is_mean(), POOLING, "the mean of all tokens")?;
    let tokenizer: Tokenizer = folder.json(TOKENIZER)?;
    folder.must(
        tokenizer.is_uncased(),
        TOKENIZER,
        "small letters without accents and ideographs one by one",
    )?;
    let sentence: Sentence = folder.json(SENTENCE)?;
    let fits = (2..=config.max_position_embeddings).contains(&sentence.max_seq_length);
    folder.must(
        fits,
        SENTENCE,
        "as many tokens as config.json has positions at most, and two at least",
    )?;
    let vocabulary = String::from_utf8_lossy(&folder.bytes(VOCABULARY)?).into_owned();
    let wordpiece = WordPiece::new(&vocabulary)
        .ok_or_else(|| folder.other_kind(VOCABULARY, "the tokens [CLS], [SEP] and [UNK]"))?;
    let unfit = |source| ModelError::Weights {
        path: folder.0.join(WEIGHTS),
        source,
    };
    let weights = folder.bytes(WEIGHTS)?;
    let weights = safetensors::load_buffer(&weights, &Device::Cpu).map_err(unfit)?;
    Ok(Model {
        wordpiece,
        bert: Bert::new(&config, &weights).map_err(unfit)?,
        longest: sentence.max_seq_length,
    })
}

struct Folder<'p>(&'p Path);

impl Folder<'_> {
    fn bytes(&self, file: &str) -> Result<Vec<u8>, ModelError> {
        let path = self.0.join(file);
        fs::read(&path).map_err(|source| ModelError::Unreadable { path, source })
    }

    fn json<T: DeserializeOwned>(&self, file: &str) -> Result<T, ModelError> {
        let path = self.0.join(file);
        serde_json::from_slice(&self.bytes(file)?)
            .map_err(|source| ModelError::Malformed { path, source })
    }

    fn must(&self, holds: bool, file: &str, wanted: &'static str) -> Result<(), ModelError> {
        match holds {
            true => Ok(()),
            false => Err(self.other_kind(file, wanted)),
        }
    }

    fn other_kind(&self, file: &str, wanted: &'static str) -> ModelError {
        ModelError::OtherKind {
            path: self.0.join(file),
            wanted,
        }
    }
}

const CONFIG: &str = "config.json";
const MODULES: &str = "modules.json";
const POOLING: &str = "1_Pooling/config.json";
const SENTENCE: &str = "sentence_bert_config.json";
const TOKENIZER: &str = "tokenizer_config.json";
const VOCABULARY: &str = "vocab.txt";
const WEIGHTS: &str = "model.safetensors";

/// The shape of the encoder.
#[derive(Deserialize)]
pub(crate) struct Config {
    model_type: String,
    hidden_act: String,
    position_embedding_type: Option<String>,
    pub(crate) hidden_size: usize,
    pub(crate) num_attention_heads: usize,
    pub(crate) num_hidden_layers: usize,
    pub(crate) max_position_embeddings: usize,
    pub(crate) layer_norm_eps: f64,
}

impl Config {
    fn is_run_here(&self) -> bool {
        self.model_type == "bert"
            && self.hidden_act == "gelu"
            && matches!(
                self.position_embedding_type.as_deref(),
                None | Some("absolute")
            )
            && self.hidden_size.checked_rem(self.num_attention_heads) == Some(0)
    }
}

/// A step from text to vector.
#[derive(Deserialize)]
struct Module {
    r#type: String,
}

impl Module {
    fn name(&self) -> &str {
        self.r#type.rsplit('.').next().unwrap_or_default()
    }
}

/// How the vectors of tokens become one.
#[derive(Deserialize)]
struct Pooling {
    pooling_mode_mean_tokens: bool,
    #[serde(default)]
    pooling_mode_cls_token: bool,
    #[serde(default)]
    pooling_mode_max_tokens: bool,
    #[serde(default)]
    pooling_mode_mean_sqrt_len_tokens: bool,
    #[serde(default)]
    pooling_mode_weightedmean_tokens: bool,
    #[serde(default)]
    pooling_mode_lasttoken: bool,
}

impl Pooling {
    fn is_mean(&self) -> bool {
        let others = [
            self.pooling_mode_cls_token,
            self.pooling_mode_max_tokens,
            self.pooling_mode_mean_sqrt_len_tokens,
            self.pooling_mode_weightedmean_tokens,
            self.pooling_mode_lasttoken,
        ];
        self.pooling_mode_mean_tokens && !others.contains(&true)
    }
}

/// How a text becomes tokens.
#[derive(Deserialize)]
struct Tokenizer {
    do_lower_case: bool,
    strip_accents: Option<bool>,
    tokenize_chinese_chars: Option<bool>,
}

impl Tokenizer {
    fn is_uncased(&self) -> bool {
        self.do_lower_case
            && self.strip_accents != Some(false)
            && self.tokenize_chinese_chars != Some(false)
    }
}

/// How many tokens of a text are read.
#[derive(Deserialize)]
struct Sentence {
    max_seq_length: usize,
}
