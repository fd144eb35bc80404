//! The contexts that come with this crate: URL, bytes and SHA-256 of each.
//!
//! The files are copies, to the byte, of what their authors publish. A new version is a new line, never a changed one.

/// A context document that comes with this crate.
#[derive(Clone, Copy, Debug)]
pub struct Bundled {
    /// The URL by which documents name it.
    pub url: &'static str,
    /// SHA-256 of its bytes, in hexadecimal. A test compares it.
    pub sha256: &'static str,
    /// The document: to the byte, but in the browser, where white space between tokens is left out.
    pub bytes: &'static [u8],
}

#[cfg(not(packed_contexts))]
macro_rules! document {
    ($name:literal) => {
        include_bytes!(concat!("../../contexts/", $name))
    };
}

/// Without the white space between tokens: `cargo xtask wasm` writes them so, as every byte counts for a reader who loads them.
#[cfg(packed_contexts)]
macro_rules! document {
    ($name:literal) => {
        include_bytes!(concat!(env!("PACKED_CONTEXTS"), "/", $name))
    };
}

/// Every bundled context.
pub const BUNDLED: &[Bundled] = &[
    Bundled {
        url: "https://www.w3.org/ns/credentials/v2",
        sha256: "59955ced6697d61e03f2b2556febe5308ab16842846f5b586d7f1f7adec92734",
        bytes: document!("credentials-v2.json"),
    },
    Bundled {
        url: "https://www.w3.org/2018/credentials/v1",
        sha256: "3d0b277522ed24385c850b9882b9688687189b8f37a9bd9f1577e348b1019c44",
        bytes: document!("credentials-v1.json"),
    },
    Bundled {
        url: "https://www.w3.org/ns/credentials/examples/v2",
        sha256: "57393fbc69d6efb9b9b5dc9cb6b9880b0944360abfe2eaf459c9e58cf2279d7c",
        bytes: document!("credentials-examples-v2.json"),
    },
    Bundled {
        url: "https://www.w3.org/2018/credentials/examples/v1",
        sha256: "7c93b87a80d3e1dd3db2aa579c5f75138bfa887164ca610136bb3bbbb0dc0bee",
        bytes: document!("credentials-examples-2018-v1.json"),
    },
    Bundled {
        url: "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json",
        sha256: "3d34f4d4ef1bce691106e63798beb5e7b862ba841423f5ee1e53ab7ddf3bca84",
        bytes: document!("ob-v3p0-3.0.3.json"),
    },
    Bundled {
        url: "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.2.json",
        sha256: "bba433989e1e700ca60838a3c22378e7d8381aeb0c9590f9ddf84d1714f10296",
        bytes: document!("ob-v3p0-3.0.2.json"),
    },
    Bundled {
        url: "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.1.json",
        sha256: "cfc147db5fd5e3575b06bd471fe04784e92de69296f64a351b8dff0ec3372e9c",
        bytes: document!("ob-v3p0-3.0.1.json"),
    },
    Bundled {
        url: "https://purl.imsglobal.org/spec/ob/v3p0/context.json",
        sha256: "b077fa134d909d92c1dcd1c153f2af1b244aeb415967fdc1467d7fc5dd48ac10",
        bytes: document!("ob-v3p0.json"),
    },
    Bundled {
        url: "https://purl.imsglobal.org/spec/ob/v3p0/extensions.json",
        sha256: "146f85aa16effd7ca1da8056eb443f53ce1eca8a34186cb062832c0a97d889c3",
        bytes: document!("ob-v3p0-extensions.json"),
    },
    Bundled {
        url: "https://w3id.org/openbadges/v2",
        sha256: "393a890d7d95eb3a86f5f12309648a64c2d0676e5270e2967b5341a2dcea13d2",
        bytes: document!("ob-v2p0.json"),
    },
    Bundled {
        url: "https://w3id.org/openbadges/extensions/applyLinkExtension/context.json",
        sha256: "3c842aeaac338b4fad942337e809e4c740da2ebda53466f960e0799e2c6cae98",
        bytes: document!("obv2x-applylink-extensions.json"),
    },
    Bundled {
        url: "https://w3id.org/openbadges/extensions/exampleExtension/context.json",
        sha256: "5827540679c457f11ff12697f3009287dcd193db34c87c5faf922a4a21055fff",
        bytes: document!("obv2x-example-extension.json"),
    },
    Bundled {
        url: "https://purl.imsglobal.org/spec/clr/v2p0/context-2.0.1.json",
        sha256: "880f1902d4158f2f33ce06af41b90719977cd1ea337a9de2e41edb3ff5e543d6",
        bytes: document!("clr-v2p0-2.0.1.json"),
    },
    Bundled {
        url: "https://purl.imsglobal.org/spec/clr/v2p0/context.json",
        sha256: "e198d7b517d74c5036434ce495086f67b10244709e9a3df9dcb7f8b1579b6167",
        bytes: document!("clr-v2p0.json"),
    },
    Bundled {
        url: "https://w3id.org/security/data-integrity/v1",
        sha256: "c6e5073f4bd4bf6d08f245736e6f32c29b012860b18583644b2d71e1de862669",
        bytes: document!("data-integrity-v1.json"),
    },
    Bundled {
        url: "https://w3id.org/security/data-integrity/v2",
        sha256: "67f21e6e33a6c14e5ccfd2fc7865f7474fb71a04af7e94136cb399dfac8ae8f4",
        bytes: document!("data-integrity-v2.json"),
    },
    Bundled {
        url: "https://w3id.org/security/suites/ed25519-2018/v1",
        sha256: "166c6abb9e08176cee5f6c87c9c1bbfefa5717da391bcac525e5437f93eab809",
        bytes: document!("suites-ed25519-2018.json"),
    },
    Bundled {
        url: "https://w3id.org/security/suites/ed25519-2020/v1",
        sha256: "b9e1ab971fd8bf2c7553e0c4a9438e0b9450afde1ea1ca5b2492368b9f549588",
        bytes: document!("suites-ed25519-2020.json"),
    },
    Bundled {
        url: "https://w3id.org/security/suites/jws-2020/v1",
        sha256: "d648e05ddc6577827ca2bfd5e931f53e9ebc6e52a57a8da81df4ec8c46ffcd1e",
        bytes: document!("suites-jws-2020.json"),
    },
    Bundled {
        url: "https://w3id.org/security/suites/secp256k1-2019/v1",
        sha256: "8452efdde151151539b78d240f55cee7d9cc985bf078123ce310aa7ae04763b4",
        bytes: document!("suites-secp256k1-2019.json"),
    },
    Bundled {
        url: "https://w3id.org/security/suites/x25519-2019/v1",
        sha256: "d032497b819ad21259daaa11a1e0ce1153592fb58877751944d6b48768c0bf33",
        bytes: document!("suites-x25519-2019.json"),
    },
    Bundled {
        url: "https://w3id.org/security/bbs/v1",
        sha256: "13c9ca884f29b002e9440d2a9b7aaf8611cf8f5b06fefb82161f9b81a67cebf2",
        bytes: document!("security-bbs-v1.json"),
    },
    Bundled {
        url: "https://w3id.org/security/jwk/v1",
        sha256: "0f14b62f6071aafe00df265770ea0c7508e118247d79b7d861a406d2aa00bece",
        bytes: document!("jwk-v1.json"),
    },
    Bundled {
        url: "https://w3id.org/security/v1",
        sha256: "abaf97e107d1925503c433dcaf3ffd2831697cacc1ed2a293e1bc8030d5bcb47",
        bytes: document!("security-v1.json"),
    },
    Bundled {
        url: "https://w3id.org/security/v2",
        sha256: "611bd81151d5efe53ec9aed78f5a813e577287bc9451ee26d6879b1b8b46bc3b",
        bytes: document!("security-v2.json"),
    },
    Bundled {
        url: "https://www.w3.org/ns/did/v1",
        sha256: "adefa50311393eb1bd788a38ac9fe2696c65367928f6996812cd54577394f4da",
        bytes: document!("did-v1.json"),
    },
    Bundled {
        url: "https://www.w3.org/ns/cid/v1",
        sha256: "ea216ecc1cb02cd39b693dba2250141e270ba0bf95890be107dd9a9e8e43de85",
        bytes: document!("cid-v1.json"),
    },
    Bundled {
        url: "https://www.w3.org/ns/credentials/status/v1",
        sha256: "fda5add353231e6a6884a46b12e6c75464281900cb348284d9c360f62381d9f7",
        bytes: document!("status-v1.json"),
    },
    Bundled {
        url: "https://w3id.org/vc/status-list/2021/v1",
        sha256: "6dd06a52bedb771e059c1083ba8ba7848dce22f6b4a8cfa0b98ba3fc188870e4",
        bytes: document!("status-list-2021-v1.json"),
    },
    Bundled {
        url: "https://www.w3.org/ns/odrl.jsonld",
        sha256: "f9937a5cf820abc39a1b954a3752132a9334fb23ec4a379e77a74a007c8f567d",
        bytes: document!("odrl.json"),
    },
    // The published ECDSA vectors are made with it.
    Bundled {
        url: "https://w3id.org/citizenship/v4rc1",
        sha256: "5038c7383afd7ab2158f1b997913a8f60978a0abcf96e0b0d08e29f146d2db1e",
        bytes: document!("citizenship-v4rc1.json"),
    },
];
