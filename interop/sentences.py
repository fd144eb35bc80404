"""What others' code makes of texts with a model of sentences: tokens by `tokenizers`, vectors by NumPy from the papers' formulas.

    sentences.py MODEL > reference.jsonl
    touchstone-bench sentences --model MODEL --in reference.jsonl

Needs `numpy`, `safetensors` and `tokenizers`, and a model that is not part of this project: `docs/crosswalk.md` says where it comes from.
"""

import json
import math
import pathlib
import sys
from unicodedata import category, ucd_3_2_0

import numpy
from safetensors.numpy import load_file
from tokenizers import Tokenizer

TEXTS = [
    "",
    " ",
    "weld",
    "Weld pipes under water.",
    "Operates, maintains & repairs CNC-machines (5-axis); reads drawings!",
    "Señor Ångström’s naïve façade — déjà vu…",
    "ÉCOLE NORMALE SUPÉRIEURE",
    "e\u0301cole, E\u0301COLE",
    "Straße STRASSE ẞ ß",
    "İstanbul ıssız IĞDIR",
    "Ελληνικά: οδηγώ φορτηγό ΣΊΣΥΦΟΣ",
    "Сварщик ёж Йод",
    "عامل لحام مَدْرَسَة",
    "רתך עִבְרִית",
    "焊接金属管道",
    "溶接工は配管を溶接する。カタカナ、ひらがな",
    "용접공 배관 한국어",
    "हिन्दी में वेल्डर",
    "ช่างเชื่อมโลหะ",
    "Thợ hàn ống nước",
    "👩‍🔧 welds 🔥 ✅ 1️⃣",
    "tab\there\nnew line\r\nnul\x00 zero\u200bwidth soft\u00adhyphen \ufffd bell\x07",
    "no-break\u00a0space ideographic\u3000space line\u2028separator",
    "$5.00 + 7% = ^x~ `code` <b>|a|</b> #1 @home a_b",
    "2³ ½ ﬁ ﬂ Ⅳ ① ™ № ℃",
    "pneumonoultramicroscopicsilicovolcanoconiosis",
    "x" * 100,
    "x" * 101,
    "\U0001d54e\U0001d556\U0001d55d\U0001d555 \U00020000\U0002b820",
    "##er ##ing welder",
    "C++ C# .NET node.js e-mail: a.b@c.example https://x.example/a?b=c",
    "Install and adjust jigs and fixtures. " * 60,
    "焊" * 300,
    "A word of two hundred and fifty four: " + "weld " * 254,
]

# Every letter that has been what it is since Unicode 3.2. Of later ones `tokenizers` knows what its own, older tables say; here they are
# what they are today.
LETTERS = [letter for letter in map(chr, range(0x20, 0x30000)) if category(letter) == ucd_3_2_0.category(letter) not in ("Cn", "Cs")]
TOGETHER = 60


def main(folder):
    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    tokenizer.no_padding()
    longest = json.loads((folder / "sentence_bert_config.json").read_text())["max_seq_length"]
    tokenizer.enable_truncation(longest)
    model = Bert(folder)
    for text in TEXTS:
        tokens = tokenizer.encode(text).ids
        print(json.dumps({"text": text, "tokens": tokens, "vector": model.vector(tokens).tolist()}))
    for at in range(0, len(LETTERS), TOGETHER):
        text = "weld".join(LETTERS[at : at + TOGETHER])
        print(json.dumps({"text": text, "tokens": tokenizer.encode(text).ids}))


class Bert:
    def __init__(self, folder):
        config = json.loads((folder / "config.json").read_text())
        self.layers, self.heads, self.epsilon = config["num_hidden_layers"], config["num_attention_heads"], config["layer_norm_eps"]
        weights = load_file(folder / "model.safetensors")
        self.weights = {name: weight.astype(numpy.float64) for name, weight in weights.items()}

    def vector(self, tokens):
        table = [self.weights[f"embeddings.{name}_embeddings.weight"] for name in ("word", "position", "token_type")]
        states = self.norm("embeddings.LayerNorm", table[0][tokens] + table[1][: len(tokens)] + table[2][0])
        for layer in range(self.layers):
            states = self.layer(f"encoder.layer.{layer}", states)
        mean = states.mean(axis=0)
        return mean / numpy.linalg.norm(mean)

    def layer(self, name, states):
        query, key, value = (self.heads_of(self.linear(f"{name}.attention.self.{part}", states)) for part in ("query", "key", "value"))
        scores = numpy.einsum("qhd,khd->hqk", query, key) / math.sqrt(query.shape[2])
        powers = numpy.exp(scores - scores.max(axis=2, keepdims=True))
        taken = numpy.einsum("hqk,khd->qhd", powers / powers.sum(axis=2, keepdims=True), value).reshape(states.shape)
        attended = self.norm(f"{name}.attention.output.LayerNorm", states + self.linear(f"{name}.attention.output.dense", taken))
        wide = self.linear(f"{name}.intermediate.dense", attended)
        wide = wide * 0.5 * (1 + ERF(wide / math.sqrt(2)))
        return self.norm(f"{name}.output.LayerNorm", attended + self.linear(f"{name}.output.dense", wide))

    def heads_of(self, states):
        return states.reshape(len(states), self.heads, -1)

    def linear(self, name, states):
        return states @ self.weights[f"{name}.weight"].T + self.weights[f"{name}.bias"]

    def norm(self, name, states):
        centred = states - states.mean(axis=1, keepdims=True)
        spread = numpy.sqrt((centred**2).mean(axis=1, keepdims=True) + self.epsilon)
        return centred / spread * self.weights[f"{name}.weight"] + self.weights[f"{name}.bias"]


ERF = numpy.vectorize(math.erf)

if __name__ == "__main__":
    main(pathlib.Path(sys.argv[1]))
