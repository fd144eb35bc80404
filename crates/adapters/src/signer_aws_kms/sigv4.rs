//! Signature Version 4 of AWS, for what is posted to `/`: no request of the JSON protocols is anything else.
//!
//! Source: *IAM User Guide*, "Create a signed AWS API request"
//! (<https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html>).

use std::collections::BTreeMap;

use aws_lc_rs::{
    digest::{SHA256, digest},
    hmac,
};
use touchstone_vc::multibase::encode_hex;

use super::credentials::AwsCredentials;

/// The header `Authorization` of a request at this moment (`20150830T123600Z`). All of these headers are signed; their names are in lower case.
pub(super) fn authorization(
    credentials: &AwsCredentials,
    [region, service]: [&str; 2],
    at: &str,
    headers: &BTreeMap<&'static str, String>,
    body: &[u8],
) -> String {
    let lines = headers
        .iter()
        .map(|(name, value)| format!("{name}:{value}\n"));
    let lines: String = lines.collect();
    let names: Vec<&str> = headers.keys().copied().collect();
    let names = names.join(";");
    let request = format!("POST\n/\n\n{lines}\n{names}\n{}", sha256(body));
    let day = at.get(..8).unwrap_or(at);
    let scope = format!("{day}/{region}/{service}/{LAST}");
    let text = format!("{ALGORITHM}\n{at}\n{scope}\n{}", sha256(request.as_bytes()));
    let mut key = format!("AWS4{}", credentials.secret).into_bytes();
    for part in [day, region, service, LAST] {
        key = mac(&key, part);
    }
    let signature = encode_hex(&mac(&key, &text));
    let id = &credentials.id;
    format!("{ALGORITHM} Credential={id}/{scope}, SignedHeaders={names}, Signature={signature}")
}

fn mac(key: &[u8], text: &str) -> Vec<u8> {
    let key = hmac::Key::new(hmac::HMAC_SHA256, key);
    hmac::sign(&key, text.as_bytes()).as_ref().to_vec()
}

fn sha256(bytes: &[u8]) -> String {
    encode_hex(digest(&SHA256, bytes).as_ref())
}

const ALGORITHM: &str = "AWS4-HMAC-SHA256";
const LAST: &str = "aws4_request";

#[cfg(test)]
mod tests {
    use super::*;

    /// The figures of the Signature Version 4 test suite that AWS publishes (`aws4_testsuite`; *AWS General Reference*, "Signature Version 4 Test
    /// Suite"): its requests that post to `/`.
    #[test]
    fn requests_are_signed_as_the_suite_of_aws_says() {
        let host = ("host", "example.amazonaws.com");
        let date = ("x-amz-date", "20150830T123600Z");
        let form = "application/x-www-form-urlencoded";
        let token = "AQoDYXdzEPT//////////wEXAMPLEtc764bNrC9SAPBSM22wDOk4x4HIZ8j4FZTwdQWLWsKWHGBuFqwAeMicRXmxfpSPfIeoIYRqTflfKD8YUuwthAx7mSEI/qkPpKPi/\
                     kMcGdQrmGdeehM4IC1NtBmUpp2wUE8phUZampKsburEDy0KPkyQDYwT7WZ0wq5VSXDvp75YU9HFvlRd8Tx6q6fE8YQcHNVXAkiY9q6d+xo0rKwT38xVqr7ZD0u0iPPkUL64lIZ\
                     bqBAz+scqKmlzm8FDrypNC9Yjc8fPOLn9FX9KSYvKTr4rvx3iSIlTJabIQwj2ICCR/oLxBA==";
        // Headers, body, and what the answer ends with.
        type Case<'a> = (&'a [(&'static str, &'a str)], &'a str, &'a str);
        let cases: [Case<'_>; 5] = [
            // post-vanilla
            (
                &[host, date],
                "",
                "host;x-amz-date, Signature=5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b",
            ),
            // post-header-value-case
            (
                &[host, date, ("my-header1", "VALUE1")],
                "",
                "host;my-header1;x-amz-date, Signature=cdbc9802e29d2942e5e10b5bccfdd67c5f22c7c4e8ae67b53629efa58b974b7d",
            ),
            // post-sts-header-before
            (
                &[host, date, ("x-amz-security-token", token)],
                "",
                "host;x-amz-date;x-amz-security-token, Signature=85d96828115b5dc0cfc3bd16ad9e210dd772bbebba041836c64533a82be05ead",
            ),
            // post-x-www-form-urlencoded
            (
                &[host, date, ("content-type", form)],
                "Param1=value1",
                "content-type;host;x-amz-date, Signature=ff11897932ad3f4e8b18135d722051e5ac45fc38421b1da7b9d196a0fe09473a",
            ),
            // post-x-www-form-urlencoded-parameters
            (
                &[
                    host,
                    date,
                    (
                        "content-type",
                        "application/x-www-form-urlencoded; charset=utf8",
                    ),
                ],
                "Param1=value1",
                "content-type;host;x-amz-date, Signature=1a72ec8f64bd914b0e42e42607c7fbce7fb2c7465f63e3092b3b0d39fa77a6fe",
            ),
        ];
        let secret = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";
        let credentials = AwsCredentials::new("AKIDEXAMPLE", secret, None).unwrap();
        for (headers, body, expect) in cases {
            let headers = headers
                .iter()
                .map(|(name, value)| (*name, (*value).to_owned()));
            let headers = headers.collect();
            let scope = ["us-east-1", "service"];
            let signed = authorization(&credentials, scope, date.1, &headers, body.as_bytes());
            let before = "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, SignedHeaders=";
            assert_eq!(signed, format!("{before}{expect}"));
        }
    }
}
