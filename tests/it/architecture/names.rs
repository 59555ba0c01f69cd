//! From the paths in a module to the modules in which what they name is defined.

use std::collections::BTreeSet;

use proc_macro2::{TokenStream, TokenTree};
use syn::visit::{self, Visit};

use super::source::{ModulePath, Source, is_test_only, leaves, name_of};

/// Imports that name one another would make ever longer paths; no real one has this many names.
const LONGEST_PATH: usize = 16;

/// A path as it is written at one place of a module.
pub struct Reference {
    pub segments: Vec<String>,
    pub line: usize,
    /// Whether others see the name here too, as in a `pub use`.
    pub exported: bool,
}

/// Every path in the items of one module that may lead to another module of the crate.
pub fn references(source: &Source, module: &ModulePath) -> Vec<Reference> {
    let mut collector = Collector {
        source,
        found: vec![],
    };
    for item in &source.modules[module].items {
        collector.visit_item(item);
    }
    collector.found
}

struct Collector<'a> {
    source: &'a Source,
    found: Vec<Reference>,
}

impl Collector<'_> {
    fn add(&mut self, segments: Vec<String>, line: usize) {
        self.found.push(Reference {
            segments,
            line,
            exported: false,
        });
    }

    /// Paths of two and more names in the tokens of a macro, which are not parsed.
    fn scan(&mut self, tokens: TokenStream) {
        let tokens: Vec<TokenTree> = tokens.into_iter().collect();
        let mut at = 0;
        while at < tokens.len() {
            match &tokens[at] {
                TokenTree::Group(group) => self.scan(group.stream()),
                TokenTree::Ident(first) if !follows(&tokens, at, '.') => {
                    let line = first.span().start().line;
                    let (segments, next) = path_from(&tokens, at);
                    at = next;
                    if segments.len() > 1 {
                        self.add(segments, line);
                    } else if is_mark(tokens.get(at), '!') {
                        self.add_macro(&segments[0], line);
                    }
                    continue;
                }
                _ => {}
            }
            at += 1;
        }
    }

    fn add_macro(&mut self, name: &str, line: usize) {
        if let Some(module) = self.source.macros.get(name) {
            let path = [vec!["crate".to_owned()], module.clone(), vec![name.to_owned()]].concat();
            self.add(path, line);
        }
    }
}

impl<'ast> Visit<'ast> for Collector<'_> {
    fn visit_path(&mut self, path: &'ast syn::Path) {
        if path.leading_colon.is_none() {
            let segments: Vec<String> = path.segments.iter().map(|s| name_of(&s.ident)).collect();
            self.add(segments, path.segments[0].ident.span().start().line);
        }
        visit::visit_path(self, path);
    }

    fn visit_item_use(&mut self, import: &'ast syn::ItemUse) {
        for leaf in leaves(import) {
            self.found.push(Reference {
                segments: leaf.path,
                line: leaf.line,
                exported: !matches!(import.vis, syn::Visibility::Inherited),
            });
        }
    }

    fn visit_macro(&mut self, invoked: &'ast syn::Macro) {
        if let Some(name) = invoked.path.get_ident() {
            self.add_macro(&name_of(name), name.span().start().line);
        } else {
            self.visit_path(&invoked.path);
        }
        self.scan(invoked.tokens.clone());
    }

    fn visit_attribute(&mut self, attribute: &'ast syn::Attribute) {
        if attribute.path().is_ident("doc") {
            return;
        }
        if let syn::Meta::List(list) = &attribute.meta {
            self.scan(list.tokens.clone());
            for token in list.tokens.clone() {
                self.add_quoted_path(&token);
            }
        }
        self.visit_path(attribute.path());
    }

    /// `pub(in path)` says who may see, not who is used.
    fn visit_visibility(&mut self, _: &'ast syn::Visibility) {}

    fn visit_item(&mut self, item: &'ast syn::Item) {
        let test_only = match item {
            syn::Item::Fn(item) => is_test_only(&item.attrs),
            syn::Item::Mod(item) => is_test_only(&item.attrs),
            syn::Item::Use(item) => is_test_only(&item.attrs),
            _ => false,
        };
        if !test_only {
            visit::visit_item(self, item);
        }
    }

    fn visit_impl_item_fn(&mut self, method: &'ast syn::ImplItemFn) {
        if !is_test_only(&method.attrs) {
            visit::visit_impl_item_fn(self, method);
        }
    }
}

impl Collector<'_> {
    /// `#[serde(with = "module")]` and its like name a path in quotes.
    fn add_quoted_path(&mut self, token: &TokenTree) {
        let TokenTree::Literal(literal) = token else {
            return;
        };
        let Ok(text) = syn::parse_str::<syn::LitStr>(&literal.to_string()) else {
            return;
        };
        if let Ok(path) = text.parse::<syn::Path>()
            && path.segments.len() > 1
        {
            let segments = path.segments.iter().map(|s| name_of(&s.ident)).collect();
            self.add(segments, literal.span().start().line);
        }
    }
}

fn path_from(tokens: &[TokenTree], start: usize) -> (Vec<String>, usize) {
    let mut segments = vec![];
    let mut at = start;
    while let Some(TokenTree::Ident(name)) = tokens.get(at) {
        segments.push(name_of(name));
        at += 1;
        let separator = is_mark(tokens.get(at), ':') && is_mark(tokens.get(at + 1), ':');
        if !separator || !matches!(tokens.get(at + 2), Some(TokenTree::Ident(_))) {
            break;
        }
        at += 2;
    }
    (segments, at)
}

fn follows(tokens: &[TokenTree], at: usize, mark: char) -> bool {
    at > 0 && is_mark(tokens.get(at - 1), mark) && !(at > 1 && is_mark(tokens.get(at - 2), mark))
}

fn is_mark(token: Option<&TokenTree>, mark: char) -> bool {
    matches!(token, Some(TokenTree::Punct(punct)) if punct.as_char() == mark)
}

/// Follows names through the modules of one crate.
pub struct Resolver<'a> {
    source: &'a Source,
    /// What is being resolved, so that imports in a circle end.
    open: BTreeSet<(ModulePath, Vec<String>)>,
}

impl<'a> Resolver<'a> {
    pub fn new(source: &'a Source) -> Self {
        Self {
            source,
            open: BTreeSet::new(),
        }
    }

    /// The modules that define what `segments`, written in `module`, names. Nothing for what is of
    /// another crate.
    pub fn definitions(&mut self, module: &ModulePath, segments: &[String]) -> BTreeSet<ModulePath> {
        let (start, rest) = self.start_of(module, segments);
        match (start, rest) {
            (Some(start), []) => BTreeSet::from([start]),
            (Some(start), rest) => {
                let found = self.inside(&start, rest);
                if found.is_empty() {
                    BTreeSet::from([start])
                } else {
                    found
                }
            }
            (None, rest) => self.inside(module, rest),
        }
    }

    /// The module that `crate`, `self` and `super` at the head of a path name, and what is left of
    /// it.
    fn start_of<'s>(
        &self,
        module: &ModulePath,
        segments: &'s [String],
    ) -> (Option<ModulePath>, &'s [String]) {
        let Some(head) = segments.first() else {
            return (None, segments);
        };
        match head.as_str() {
            "crate" => (Some(vec![]), &segments[1..]),
            "self" | "super" => {
                let mut start = module.clone();
                let mut rest = segments;
                while let Some(word) = rest.first().filter(|word| *word == "self" || *word == "super") {
                    if word == "super" {
                        start.pop();
                    }
                    rest = &rest[1..];
                }
                (Some(start), rest)
            }
            _ => (None, segments),
        }
    }

    fn inside(&mut self, module: &ModulePath, segments: &[String]) -> BTreeSet<ModulePath> {
        let key = (module.clone(), segments.to_vec());
        let (Some(scope), Some(name)) = (self.source.modules.get(module), segments.first()) else {
            return BTreeSet::new();
        };
        if segments.len() > LONGEST_PATH || !self.open.insert(key.clone()) {
            return BTreeSet::new();
        }
        let found = if segments.len() == 1 {
            self.item(module, scope, name)
        } else {
            self.path(module, scope, name, &segments[1..])
        };
        self.open.remove(&key);
        found
    }

    fn item(
        &mut self,
        module: &ModulePath,
        scope: &super::source::Module,
        name: &str,
    ) -> BTreeSet<ModulePath> {
        let mut found = BTreeSet::new();
        if scope.children.contains(name) {
            found.insert(child_of(module, name));
        }
        if scope.definitions.contains(name) {
            found.insert(module.clone());
        } else {
            for path in scope.imports.get(name).into_iter().flatten() {
                found.extend(self.definitions(module, path));
            }
        }
        if found.is_empty() && scope.imports.contains_key(name) {
            found.insert(module.clone());
        }
        if found.is_empty() {
            found = self.through_globs(module, scope, &[name.to_owned()]);
        }
        found
    }

    fn path(
        &mut self,
        module: &ModulePath,
        scope: &super::source::Module,
        name: &str,
        rest: &[String],
    ) -> BTreeSet<ModulePath> {
        if scope.children.contains(name) {
            let child = child_of(module, name);
            let found = self.inside(&child, rest);
            return if found.is_empty() {
                BTreeSet::from([child])
            } else {
                found
            };
        }
        if scope.definitions.contains(name) {
            return BTreeSet::from([module.clone()]);
        }
        if let Some(imports) = scope.imports.get(name) {
            let mut found = BTreeSet::new();
            // An import that begins with its own name comes from another crate: a child would have
            // been found above.
            for path in imports
                .iter()
                .filter(|path| path.first().is_some_and(|head| head != name))
            {
                found.extend(self.definitions(module, &[path.as_slice(), rest].concat()));
            }
            return found;
        }
        self.through_globs(module, scope, &[&[name.to_owned()], rest].concat())
    }

    fn through_globs(
        &mut self,
        module: &ModulePath,
        scope: &super::source::Module,
        segments: &[String],
    ) -> BTreeSet<ModulePath> {
        let mut found = BTreeSet::new();
        for glob in &scope.globs {
            for target in self.definitions(module, glob) {
                if target != *module {
                    found.extend(self.inside(&target, segments));
                }
            }
        }
        found
    }
}

fn child_of(module: &ModulePath, name: &str) -> ModulePath {
    [module.clone(), vec![name.to_owned()]].concat()
}
