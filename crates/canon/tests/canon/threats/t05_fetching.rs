//! Row 5: nothing is fetched.

use super::with;
use crate::canonical;
use touchstone_canon::Fault;

#[test]
fn t05_a_context_elsewhere_is_named_and_not_fetched() {
    for url in [
        "http://169.254.169.254/latest/meta-data",
        "http://127.0.0.1/context",
        "https://localhost/context",
        "http://[::1]/",
        "http://10.0.0.1/",
        "file:///etc/passwd",
        "credentials/v2",
        "",
    ] {
        let error = canonical(&with("https://www.w3.org/ns/credentials/v2", url)).unwrap_err();
        assert_eq!(
            (error.fault, error.path.as_str(), error.name.as_str()),
            (Fault::UnknownContext, "/@context/0", url)
        );
        let json = format!(
            r#"{{"@context": {{"a": {{"@id": "urn:a", "@context": "{url}"}}}}, "@id": "urn:x", "a": {{"@id": "urn:y"}}}}"#
        );
        assert_eq!(canonical(&json).unwrap_err().fault, Fault::UnknownContext);
        let json =
            format!(r#"{{"@context": {{"@import": "{url}"}}, "@id": "urn:x", "urn:p": "y"}}"#);
        assert_eq!(canonical(&json).unwrap_err().fault, Fault::UnknownContext);
    }
}
