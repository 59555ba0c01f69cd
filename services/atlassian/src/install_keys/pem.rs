/// The labels of RSA public keys. A private key or a certificate has no business on a key server.
const LABELS: [&str; 2] = ["PUBLIC KEY", "RSA PUBLIC KEY"];
/// Line width of RFC 7468.
const WIDTH: usize = 64;

/// The one key of a text, rewritten with the line breaks that parsers agree on.
///
/// Key servers have been seen to send CRLF, no final line break, or everything on one line.
pub(super) fn canonical(text: &str) -> Option<String> {
    LABELS.iter().find_map(|label| {
        let body = between(
            text,
            &format!("-----BEGIN {label}-----"),
            &format!("-----END {label}-----"),
        )?;
        let base64: String = body
            .chars()
            .filter(|character| !character.is_whitespace())
            .collect();
        Some(format!(
            "-----BEGIN {label}-----\n{}-----END {label}-----\n",
            wrap_base64(&base64)
        ))
    })
}

/// What stands between the two lines, provided nothing but white space stands around them.
fn between<'a>(text: &'a str, begin: &str, end: &str) -> Option<&'a str> {
    text.trim_start_matches('\u{feff}')
        .trim()
        .strip_prefix(begin)?
        .strip_suffix(end)
}

fn wrap_base64(base64: &str) -> String {
    let mut lines = String::with_capacity(base64.len() + base64.len() / WIDTH + 1);
    for (index, character) in base64.chars().enumerate() {
        if index > 0 && index % WIDTH == 0 {
            lines.push('\n');
        }
        lines.push(character);
    }
    lines.push('\n');
    lines
}
