//! Lists of ETags in conditions (RFC 9110, 8.8.3).

/// What proxies and servers add to an ETag when they compress what it stands for.
const SUFFIXES: [&str; 6] = ["--gzip", "-gzip", ";gzip", "--br", "-br", "-df"];

/// The opaque parts of a list of ETags, weak ones too: a proxy that compresses makes them of ours,
/// and may add a suffix, which is taken off. `None` if the text is no such list.
pub fn parse_list(text: &str) -> Option<Vec<&str>> {
    let mut tags = Vec::new();
    let mut rest = text.trim();
    while !rest.is_empty() {
        let opened = rest.strip_prefix("W/").unwrap_or(rest).strip_prefix('"')?;
        let (tag, after) = opened.split_once('"')?;
        tags.push(without_suffix(tag));
        rest = match after.trim_start() {
            "" => "",
            more => more.strip_prefix(',')?.trim_start_matches([' ', '\t', ',']),
        };
    }
    (!tags.is_empty()).then_some(tags)
}

fn without_suffix(tag: &str) -> &str {
    let shorter = SUFFIXES.into_iter().find_map(|suffix| tag.strip_suffix(suffix));
    shorter.filter(|shorter| !shorter.is_empty()).unwrap_or(tag)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_has_its_tags_without_what_proxies_add() {
        for (text, tags) in [
            ("\"3\"", vec!["3"]),
            ("W/\"3\"", vec!["3"]),
            ("\"3\", \"4\"", vec!["3", "4"]),
            ("\"3\",W/\"4-gzip\" ,\t\"5--gzip\"", vec!["3", "4", "5"]),
            ("\"a,b\", \"c\"", vec!["a,b", "c"]),
            ("\"3\",, \"4\",", vec!["3", "4"]),
            ("\"-gzip\"", vec!["-gzip"]),
            ("\"\"", vec![""]),
        ] {
            assert_eq!(parse_list(text), Some(tags), "{text}");
        }
    }

    #[test]
    fn what_is_no_list_of_tags_is_refused() {
        for text in [
            "",
            "3",
            "\"3",
            "3\"",
            "\"3\" \"4\"",
            "*",
            "\"3\", *",
            "w/\"3\"",
            "\"3\"x",
        ] {
            assert_eq!(parse_list(text), None, "{text}");
        }
    }
}
