//! Paragraphs of the API's document without the line breaks of the comments that they come from, so
//! that wrapping a comment differently does not change the document.

/// The keys whose values are texts for people.
const TEXTS: [&str; 2] = ["\"summary\": ", "\"description\": "];

/// The document, printed with one key a line, with the lines of each paragraph joined.
pub fn join_paragraphs(document: &str) -> String {
    let lines: Vec<String> = document
        .lines()
        .map(|line| join_value(line).unwrap_or_else(|| line.to_owned()))
        .collect();
    lines.join("\n")
}

/// The line of a text with its paragraphs joined; `None` for any other line.
fn join_value(line: &str) -> Option<String> {
    let key = TEXTS.into_iter().find(|key| line.trim_start().starts_with(key))?;
    let (indent, value) = line.split_once(key)?;
    let end = if value.ends_with(',') { "," } else { "" };
    let text: String = serde_json::from_str(value.trim_end_matches(',')).ok()?;
    let joined = serde_json::to_string(&join_lines(&text)).ok()?;
    Some(format!("{indent}{key}{joined}{end}"))
}

/// Joins the lines of each paragraph. A blank line stays, and an item of a list begins a line.
fn join_lines(text: &str) -> String {
    let mut joined: Vec<String> = vec![];
    for line in text.lines() {
        let begins = line.trim().is_empty() || is_list_item(line);
        match joined.last_mut() {
            Some(last) if !begins && !last.is_empty() => {
                last.push(' ');
                last.push_str(line.trim());
            }
            Some(_) | None => joined.push(line.trim_end().to_owned()),
        }
    }
    joined.join("\n")
}

fn is_list_item(line: &str) -> bool {
    let line = line.trim_start();
    let after_number = line.trim_start_matches(|c: char| c.is_ascii_digit());
    let is_numbered = after_number.len() < line.len() && after_number.starts_with(". ");
    is_numbered || line.starts_with("- ") || line.starts_with("* ")
}

#[cfg(test)]
mod tests {
    use utoipa::{OpenApi, ToSchema};

    use super::*;

    #[test]
    fn the_lines_of_a_paragraph_are_joined_and_blank_lines_and_lists_stay() {
        let text = "One\ntwo.\n\nThree:\n- four\n  five\n- six\n\n1. seven\n2. eight\nnine";
        let expected = "One two.\n\nThree:\n- four five\n- six\n\n1. seven\n2. eight nine";
        assert_eq!(join_lines(text), expected);
    }

    #[test]
    fn a_comment_that_is_wrapped_differently_describes_the_same() {
        /// How many assets have which values, the most frequent first.
        #[derive(ToSchema)]
        #[schema(as = Facets)]
        #[expect(dead_code, reason = "only its description is read")]
        struct Wide {
            /// Each list ignores the filter on its own field.
            status: u64,
        }
        /// How many assets have
        /// which values,
        /// the most frequent first.
        #[derive(ToSchema)]
        #[schema(as = Facets)]
        #[expect(dead_code, reason = "only its description is read")]
        struct Narrow {
            /// Each list ignores
            /// the filter on its own field.
            status: u64,
        }
        #[derive(OpenApi)]
        #[openapi(components(schemas(Wide)))]
        struct WideApi;
        #[derive(OpenApi)]
        #[openapi(components(schemas(Narrow)))]
        struct NarrowApi;
        let [wide, narrow] =
            [WideApi::openapi(), NarrowApi::openapi()].map(|api| api.to_pretty_json().unwrap());
        assert_ne!(wide, narrow);
        assert_eq!(join_paragraphs(&wide), join_paragraphs(&narrow));
        assert_eq!(join_paragraphs(&wide), wide);
    }

    #[test]
    fn only_texts_for_people_are_changed() {
        let document = "{\n  \"description\": {\n    \"example\": \"a\\nb\"\n  }\n}";
        assert_eq!(join_paragraphs(document), document);
    }
}
