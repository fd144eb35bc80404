//! A small model, made here, of the kind that is run; what it gives was computed outside with NumPy, from the papers' formulas.

#![allow(clippy::unwrap_used)] // A test that panics has failed.

use std::{collections::HashMap, fs, path::Path};

use candle_core::{Device, Tensor, safetensors};
use tempfile::TempDir;
use touchstone_sentences::{Model, ModelError};

const WIDTH: usize = 4;
const WIDE: usize = 8;
const LAYERS: usize = 2;
const VOCABULARY: &str = "[PAD]\n[UNK]\n[CLS]\n[SEP]\nweld\n##er\npipe\n,\n";

fn model() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let write = |file: &str, text: &str| fs::write(folder.path().join(file), text).unwrap();
    fs::create_dir(folder.path().join("1_Pooling")).unwrap();
    write(
        "config.json",
        r#"{"model_type": "bert", "hidden_act": "gelu", "hidden_size": 4, "num_attention_heads": 2, "num_hidden_layers": 2,
            "max_position_embeddings": 6, "layer_norm_eps": 1e-12}"#,
    );
    write(
        "modules.json",
        r#"[{"type": "sentence_transformers.models.Transformer"}, {"type": "sentence_transformers.models.Pooling"}]"#,
    );
    write(
        "1_Pooling/config.json",
        r#"{"pooling_mode_mean_tokens": true}"#,
    );
    write("sentence_bert_config.json", r#"{"max_seq_length": 6}"#);
    write(
        "tokenizer_config.json",
        r#"{"do_lower_case": true, "strip_accents": null}"#,
    );
    write("vocab.txt", VOCABULARY);
    safetensors::save(&weights(), folder.path().join("model.safetensors")).unwrap();
    folder
}

/// Element `i` of tensor `t` is `((7 i + 3 t) mod 11 - 5) / 10`, and one more where a norm multiplies by it.
fn weights() -> HashMap<String, Tensor> {
    let mut shapes: Vec<(String, Vec<usize>)> = vec![
        (
            "embeddings.word_embeddings.weight".to_owned(),
            vec![8, WIDTH],
        ),
        (
            "embeddings.position_embeddings.weight".to_owned(),
            vec![6, WIDTH],
        ),
        (
            "embeddings.token_type_embeddings.weight".to_owned(),
            vec![2, WIDTH],
        ),
        ("embeddings.LayerNorm.weight".to_owned(), vec![WIDTH]),
        ("embeddings.LayerNorm.bias".to_owned(), vec![WIDTH]),
    ];
    for layer in 0..LAYERS {
        for (part, to, from) in [
            ("attention.self.query", WIDTH, WIDTH),
            ("attention.self.key", WIDTH, WIDTH),
            ("attention.self.value", WIDTH, WIDTH),
            ("attention.output.dense", WIDTH, WIDTH),
            ("attention.output.LayerNorm", WIDTH, 0),
            ("intermediate.dense", WIDE, WIDTH),
            ("output.dense", WIDTH, WIDE),
            ("output.LayerNorm", WIDTH, 0),
        ] {
            let shape = if from == 0 { vec![to] } else { vec![to, from] };
            shapes.push((format!("encoder.layer.{layer}.{part}.weight"), shape));
            shapes.push((format!("encoder.layer.{layer}.{part}.bias"), vec![to]));
        }
    }
    let tensor = |(number, (name, shape)): (usize, (String, Vec<usize>))| {
        let more = if name.ends_with("LayerNorm.weight") {
            1.0
        } else {
            0.0
        };
        let element = |at: usize| ((7 * at + 3 * number) % 11) as f32 / 10.0 - 0.5 + more;
        let elements: Vec<f32> = (0..shape.iter().product()).map(element).collect();
        (
            name,
            Tensor::from_vec(elements, shape, &Device::Cpu).unwrap(),
        )
    };
    shapes.into_iter().enumerate().map(tensor).collect()
}

#[test]
fn a_vector_is_what_the_formulas_give() {
    let folder = model();
    let model = Model::open(folder.path()).unwrap();
    for (text, tokens, expect) in [
        (
            "Weld pipes",
            vec![2, 4, 1, 3],
            [0.813805, 0.093262, -0.274913, -0.503434],
        ),
        (
            "wélder, pipe",
            vec![2, 4, 5, 7, 6, 3],
            [0.850700, 0.082762, -0.268936, -0.443996],
        ),
        ("", vec![2, 3], [0.806536, 0.103341, -0.298150, -0.499926]),
        // The longest text has six tokens.
        (
            "weld weld weld weld weld",
            vec![2, 4, 4, 4, 4, 3],
            [0.833068, 0.101705, -0.191544, -0.508885],
        ),
    ] {
        assert_eq!(model.tokens(text), tokens, "{text}");
        let vector = model.vector(text).unwrap();
        let apart = vector
            .iter()
            .zip(expect)
            .map(|(one, other)| (one - other).abs());
        assert!(apart.fold(0.0, f32::max) < 1e-5, "{text}: {vector:?}");
    }
}

#[test]
fn a_model_of_another_kind_is_refused_by_the_file_that_says_so() {
    for (file, from, to) in [
        ("config.json", "gelu", "relu"),
        (
            "config.json",
            "\"num_attention_heads\": 2",
            "\"num_attention_heads\": 0",
        ),
        ("modules.json", "Pooling", "Dense"),
        ("1_Pooling/config.json", "true", "false"),
        ("sentence_bert_config.json", "6", "7"),
        ("tokenizer_config.json", "true", "false"),
        ("vocab.txt", "[SEP]", "[END]"),
    ] {
        let folder = model();
        change(&folder.path().join(file), from, to);
        let error = Model::open(folder.path()).err().unwrap();
        assert!(
            matches!(error, ModelError::OtherKind { .. }),
            "{file}: {error}"
        );
        assert!(error.to_string().contains(file), "{error}");
    }
}

#[test]
fn a_folder_without_a_model_says_which_file_is_missing() {
    let folder = model();
    fs::remove_file(folder.path().join("model.safetensors")).unwrap();
    let error = Model::open(folder.path()).err().unwrap();
    assert!(
        error
            .to_string()
            .contains("model.safetensors: cannot be read"),
        "{error}"
    );
    change(&folder.path().join("config.json"), "{", "");
    let error = Model::open(folder.path()).err().unwrap();
    assert!(matches!(error, ModelError::Malformed { .. }), "{error}");
}

#[test]
fn weights_that_do_not_fit_are_errors_and_not_vectors() {
    let folder = model();
    change(
        &folder.path().join("config.json"),
        "\"num_hidden_layers\": 2",
        "\"num_hidden_layers\": 3",
    );
    let error = Model::open(folder.path()).err().unwrap();
    assert!(matches!(error, ModelError::Weights { .. }), "{error}");
    // A vocabulary of more tokens than there are vectors.
    let folder = model();
    change(&folder.path().join("vocab.txt"), ",\n", ",\nsteel\n");
    let model = Model::open(folder.path()).unwrap();
    let error = model.vector("steel").unwrap_err();
    assert!(matches!(error, ModelError::Run(_)), "{error}");
}

fn change(file: &Path, from: &str, to: &str) {
    let text = fs::read_to_string(file).unwrap();
    fs::write(file, text.replacen(from, to, 1)).unwrap();
}
