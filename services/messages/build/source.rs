//! The code that is made from the messages.

use crate::catalogue::{Catalogue, Kind, Message};

/// A function of `Texts` for each message.
pub fn functions(catalogue: &Catalogue) -> String {
    let functions: String = catalogue
        .messages
        .iter()
        .map(|(id, message)| function(id, message))
        .collect();
    format!("impl crate::Texts {{\n{functions}}}\n")
}

fn function(id: &str, message: &Message) -> String {
    let name = id.replace('-', "_");
    let arguments: String = message
        .parameters
        .iter()
        .map(|(name, kind)| match kind {
            Kind::Number => format!(", {name}: impl Into<crate::Number>"),
            Kind::Text => format!(", {name}: &str"),
        })
        .collect();
    let values: String = message
        .parameters
        .iter()
        .map(|(name, kind)| match kind {
            Kind::Number => format!("        values.set(\"{name}\", {name}.into());\n"),
            Kind::Text => format!("        values.set(\"{name}\", {name});\n"),
        })
        .collect();
    let (make, given) = match message.parameters.is_empty() {
        true => ("", "None"),
        false => (
            "        let mut values = fluent_bundle::FluentArgs::new();\n",
            "Some(&values)",
        ),
    };
    format!(
        "    /// {:?}\n    pub fn {name}(&self{arguments}) -> String {{\n{make}{values}        \
         self.message(\"{id}\", {given})\n    }}\n",
        message.text
    )
}

/// The texts of the files, as a constant.
pub fn files(name: &str, catalogues: &[&Catalogue]) -> String {
    let files: String = catalogues
        .iter()
        .flat_map(|catalogue| &catalogue.files)
        .map(|path| {
            format!(
                "    include_str!(concat!(env!(\"CARGO_MANIFEST_DIR\"), \"/{}\")),\n",
                path.display()
            )
        })
        .collect();
    format!("pub(crate) const {name}: &[&str] = &[\n{files}];\n")
}
