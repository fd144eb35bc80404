//! The encoder: one text at a time, so that nothing is padded and no mask is needed. Dropout is for learning and has no place here.

use std::collections::HashMap;

use candle_core::{D, Device, Result, Tensor};

use crate::folder::Config;

/// An encoder with its weights.
pub(crate) struct Bert {
    words: Tensor,
    /// With the vector of the first segment, which every token here belongs to.
    positions: Tensor,
    norm: Norm,
    layers: Vec<Layer>,
}

impl Bert {
    /// Takes the weights out of a file of them, by the names that they have there.
    pub(crate) fn new(config: &Config, weights: &HashMap<String, Tensor>) -> Result<Self> {
        let weights = Weights {
            all: weights,
            width: config.hidden_size,
            epsilon: config.layer_norm_eps,
        };
        let table = |name: &str| weights.take(&format!("embeddings.{name}_embeddings.weight"));
        let segment = table("token_type")?.narrow(0, 0, 1)?;
        let layer = |number| Layer::new(&weights, number, config.num_attention_heads);
        Ok(Self {
            words: table("word")?,
            positions: table("position")?.broadcast_add(&segment)?,
            norm: weights.norm("embeddings.LayerNorm")?,
            layers: (0..config.num_hidden_layers)
                .map(layer)
                .collect::<Result<_>>()?,
        })
    }

    /// The mean of what the tokens of a text become, brought to length one.
    pub(crate) fn vector(&self, tokens: &[u32]) -> Result<Vec<f32>> {
        let words = self
            .words
            .index_select(&Tensor::new(tokens, &Device::Cpu)?, 0)?;
        let positions = self.positions.narrow(0, 0, tokens.len())?;
        let mut states = self.norm.apply(&(words + positions)?)?;
        for layer in &self.layers {
            states = layer.apply(&states)?;
        }
        let mean = states.mean(0)?;
        let length = mean.sqr()?.sum_all()?.sqrt()?;
        mean.broadcast_div(&length)?.to_vec1()
    }
}

struct Layer {
    heads: usize,
    query: Linear,
    key: Linear,
    value: Linear,
    joined: Linear,
    attended: Norm,
    widen: Linear,
    narrow: Linear,
    done: Norm,
}

impl Layer {
    fn new(weights: &Weights, number: usize, heads: usize) -> Result<Self> {
        let name = |part: &str| format!("encoder.layer.{number}.{part}");
        Ok(Self {
            heads,
            query: weights.linear(&name("attention.self.query"))?,
            key: weights.linear(&name("attention.self.key"))?,
            value: weights.linear(&name("attention.self.value"))?,
            joined: weights.linear(&name("attention.output.dense"))?,
            attended: weights.norm(&name("attention.output.LayerNorm"))?,
            widen: weights.linear(&name("intermediate.dense"))?,
            narrow: weights.linear(&name("output.dense"))?,
            done: weights.norm(&name("output.LayerNorm"))?,
        })
    }

    fn apply(&self, states: &Tensor) -> Result<Tensor> {
        let attention = self.joined.apply(&self.attention(states)?)?;
        let states = self.attended.apply(&(states + attention)?)?;
        let wide = self.widen.apply(&states)?.gelu_erf()?;
        self.done.apply(&(&states + self.narrow.apply(&wide)?)?)
    }

    /// What each token takes from all others, in each head: by the scaled product of its query with their keys.
    fn attention(&self, states: &Tensor) -> Result<Tensor> {
        let (tokens, width) = states.dims2()?;
        let size = width / self.heads;
        let split = |all: Tensor| {
            all.reshape((tokens, self.heads, size))?
                .transpose(0, 1)?
                .contiguous()
        };
        let query = (split(self.query.apply(states)?)? / (size as f64).sqrt())?;
        let key = split(self.key.apply(states)?)?;
        let value = split(self.value.apply(states)?)?;
        let shares = softmax(&query.matmul(&key.t()?.contiguous()?)?)?;
        shares
            .matmul(&value)?
            .transpose(0, 1)?
            .reshape((tokens, width))
    }
}

fn softmax(scores: &Tensor) -> Result<Tensor> {
    let powers = scores
        .broadcast_sub(&scores.max_keepdim(D::Minus1)?)?
        .exp()?;
    powers.broadcast_div(&powers.sum_keepdim(D::Minus1)?)
}

struct Linear {
    /// As it is multiplied with: the file has it the other way round.
    weight: Tensor,
    bias: Tensor,
}

impl Linear {
    fn apply(&self, states: &Tensor) -> Result<Tensor> {
        states.matmul(&self.weight)?.broadcast_add(&self.bias)
    }
}

struct Norm {
    weight: Tensor,
    bias: Tensor,
    epsilon: f64,
}

impl Norm {
    fn apply(&self, states: &Tensor) -> Result<Tensor> {
        let centred = states.broadcast_sub(&states.mean_keepdim(D::Minus1)?)?;
        let spread = (centred.sqr()?.mean_keepdim(D::Minus1)? + self.epsilon)?.sqrt()?;
        centred
            .broadcast_div(&spread)?
            .broadcast_mul(&self.weight)?
            .broadcast_add(&self.bias)
    }
}

/// The weights of a file, by name.
struct Weights<'f> {
    all: &'f HashMap<String, Tensor>,
    width: usize,
    epsilon: f64,
}

impl Weights<'_> {
    fn take(&self, name: &str) -> Result<Tensor> {
        match self.all.get(name) {
            Some(found) => found.to_dtype(candle_core::DType::F32),
            None => candle_core::bail!("{name} is missing"),
        }
    }

    fn linear(&self, name: &str) -> Result<Linear> {
        Ok(Linear {
            weight: self.take(&format!("{name}.weight"))?.t()?.contiguous()?,
            bias: self.take(&format!("{name}.bias"))?,
        })
    }

    fn norm(&self, name: &str) -> Result<Norm> {
        let weight = self.take(&format!("{name}.weight"))?;
        if weight.dims() != [self.width] {
            candle_core::bail!("{name} is for another width than {}", self.width);
        }
        Ok(Norm {
            weight,
            bias: self.take(&format!("{name}.bias"))?,
            epsilon: self.epsilon,
        })
    }
}
