//! A crate as its compiler reads it without tests: files, modules and what each module names.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use proc_macro2::{TokenStream, TokenTree};
use syn::spanned::Spanned;
use syn::{Attribute, File, Item, Meta};

/// The names from the crate's root to a module; empty for the root itself.
pub type ModulePath = Vec<String>;

/// One target of a crate: its library or one of its programs.
#[derive(Default)]
pub struct Source {
    pub modules: BTreeMap<ModulePath, Module>,
    /// The file in which each macro of the crate is defined, by the macro's name.
    pub macros: BTreeMap<String, ModulePath>,
    pub lines: BTreeMap<PathBuf, BTreeSet<usize>>,
}

/// What a module defines and brings into scope.
#[derive(Default)]
pub struct Module {
    pub file: PathBuf,
    pub children: BTreeSet<String>,
    pub definitions: BTreeSet<String>,
    pub imports: BTreeMap<String, Vec<Vec<String>>>,
    pub globs: Vec<Vec<String>>,
    /// The items themselves, without modules and without tests.
    pub items: Vec<Item>,
}

impl Source {
    /// Reads a target from its root file and every module that is declared below it.
    pub fn read(root_file: &Path) -> Self {
        let mut source = Self::default();
        let folder = root_file.parent().unwrap();
        source.read_file(root_file, folder, &vec![]);
        source
    }

    /// Reads a made-up crate of one file.
    pub fn parse(text: &str) -> Self {
        let mut source = Self::default();
        let file = Path::new("lib.rs");
        source.add_file(text, file, Path::new(""), &vec![]);
        source
    }

    /// How many lines hold code that a build without tests compiles.
    pub fn production_lines(&self) -> usize {
        self.lines.values().map(BTreeSet::len).sum()
    }

    fn read_file(&mut self, file: &Path, children_in: &Path, path: &ModulePath) {
        let text = fs::read_to_string(file).unwrap_or_else(|e| panic!("{}: {e}", file.display()));
        self.add_file(&text, file, children_in, path);
    }

    fn add_file(&mut self, text: &str, file: &Path, children_in: &Path, path: &ModulePath) {
        let parsed: File = syn::parse_file(text).unwrap_or_else(|e| panic!("{}: {e}", file.display()));
        if is_test_only(&parsed.attrs) {
            return;
        }
        let mut lines = BTreeSet::new();
        add_lines(text.parse().unwrap(), &mut lines);
        self.lines.insert(file.to_owned(), lines);
        self.add_items(parsed.items, file, children_in, path);
    }

    fn add_items(&mut self, items: Vec<Item>, file: &Path, children_in: &Path, path: &ModulePath) {
        self.module(path).file = file.to_owned();
        for item in items {
            if is_test_only(attributes(&item)) {
                self.drop_lines(&item, file);
                continue;
            }
            let Item::Mod(module) = item else {
                self.add_item(item, path);
                continue;
            };
            let name = name_of(&module.ident);
            let child = [path.clone(), vec![name.clone()]].concat();
            let folder = children_in.join(&name);
            self.module(path).children.insert(name.clone());
            match (module.content, path_attribute(&module.attrs)) {
                (Some((_, items)), _) => self.add_items(items, file, &folder, &child),
                (None, Some(named)) => {
                    let file = file.parent().unwrap().join(named);
                    let beside = file.parent().unwrap().to_owned();
                    self.read_file(&file, &beside, &child);
                }
                (None, None) => {
                    let beside = children_in.join(format!("{name}.rs"));
                    let inside = folder.join("mod.rs");
                    let file = if beside.exists() { beside } else { inside };
                    self.read_file(&file, &folder, &child);
                }
            }
        }
    }

    fn add_item(&mut self, item: Item, path: &ModulePath) {
        if let Item::Macro(defined) = &item
            && let Some(name) = &defined.ident
        {
            self.macros.insert(name.to_string(), path.clone());
            if defined.attrs.iter().any(|a| a.path().is_ident("macro_export")) {
                let here = [vec!["crate".to_owned()], path.clone(), vec![name.to_string()]].concat();
                if !path.is_empty() {
                    self.module(&vec![]).import(name.to_string(), here);
                }
            }
        }
        let module = self.module(path);
        if let Item::Use(import) = &item {
            for leaf in leaves(import) {
                module.bring_in(leaf);
            }
        }
        module.definitions.extend(defined_name(&item));
        module.items.push(item);
    }

    fn module(&mut self, path: &ModulePath) -> &mut Module {
        self.modules.entry(path.clone()).or_default()
    }

    fn drop_lines(&mut self, item: &Item, file: &Path) {
        let first = attributes(item)
            .iter()
            .map(|a| a.span().start().line)
            .min()
            .unwrap_or_else(|| item.span().start().line);
        let last = item.span().end().line;
        if let Some(lines) = self.lines.get_mut(file) {
            lines.retain(|line| !(first..=last).contains(line));
        }
    }
}

impl Module {
    fn import(&mut self, name: String, path: Vec<String>) {
        self.imports.entry(name).or_default().push(path);
    }

    fn bring_in(&mut self, leaf: Leaf) {
        match leaf.visible_as {
            Some(name) => self.import(name, leaf.path),
            None => self.globs.push(leaf.path),
        }
    }
}

/// One name that a `use` brings in, or all names of a module.
pub struct Leaf {
    pub path: Vec<String>,
    /// The name in this module; nothing for a glob.
    pub visible_as: Option<String>,
    pub line: usize,
}

/// What a `use` brings in, name by name.
pub fn leaves(import: &syn::ItemUse) -> Vec<Leaf> {
    let mut found = vec![];
    if import.leading_colon.is_none() {
        add_leaves(&import.tree, &mut vec![], &mut found);
    }
    found
}

fn add_leaves(tree: &syn::UseTree, before: &mut Vec<String>, found: &mut Vec<Leaf>) {
    let mut leaf = |name: Option<&syn::Ident>, visible_as: Option<String>, line: usize| {
        let mut path = before.clone();
        path.extend(name.map(name_of).filter(|name| name != "self"));
        found.push(Leaf {
            path,
            visible_as,
            line,
        });
    };
    match tree {
        syn::UseTree::Path(path) => {
            before.push(name_of(&path.ident));
            add_leaves(&path.tree, before, found);
            before.pop();
        }
        syn::UseTree::Name(name) => {
            let line = name.ident.span().start().line;
            let visible_as = Some(name_of(&name.ident))
                .filter(|n| n != "self")
                .or(before.last().cloned());
            leaf(Some(&name.ident), visible_as, line);
        }
        syn::UseTree::Rename(named) => {
            let line = named.ident.span().start().line;
            leaf(Some(&named.ident), Some(name_of(&named.rename)), line);
        }
        syn::UseTree::Glob(glob) => leaf(None, None, glob.span().start().line),
        syn::UseTree::Group(group) => {
            for tree in &group.items {
                add_leaves(tree, before, found);
            }
        }
    }
}

/// A name as it is written in paths, without the `r#` of a raw one.
pub fn name_of(ident: &syn::Ident) -> String {
    let text = ident.to_string();
    text.strip_prefix("r#").map(str::to_owned).unwrap_or(text)
}

fn defined_name(item: &Item) -> Option<String> {
    Some(name_of(match item {
        Item::Const(item) => &item.ident,
        Item::Enum(item) => &item.ident,
        Item::Fn(item) => &item.sig.ident,
        Item::Macro(item) => item.ident.as_ref()?,
        Item::Static(item) => &item.ident,
        Item::Struct(item) => &item.ident,
        Item::Trait(item) => &item.ident,
        Item::TraitAlias(item) => &item.ident,
        Item::Type(item) => &item.ident,
        Item::Union(item) => &item.ident,
        _ => return None,
    }))
}

fn attributes(item: &Item) -> &[Attribute] {
    match item {
        Item::Const(item) => &item.attrs,
        Item::Enum(item) => &item.attrs,
        Item::ExternCrate(item) => &item.attrs,
        Item::Fn(item) => &item.attrs,
        Item::Impl(item) => &item.attrs,
        Item::Macro(item) => &item.attrs,
        Item::Mod(item) => &item.attrs,
        Item::Static(item) => &item.attrs,
        Item::Struct(item) => &item.attrs,
        Item::Trait(item) => &item.attrs,
        Item::Type(item) => &item.attrs,
        Item::Use(item) => &item.attrs,
        _ => &[],
    }
}

/// Whether only a build of tests compiles what carries these attributes.
pub fn is_test_only(attributes: &[Attribute]) -> bool {
    attributes.iter().any(|attribute| match &attribute.meta {
        Meta::Path(path) => path.is_ident("test"),
        Meta::List(list) if list.path.is_ident("cfg") => {
            syn::parse2::<Meta>(list.tokens.clone()).is_ok_and(|predicate| needs_test(&predicate))
        }
        _ => false,
    })
}

fn needs_test(predicate: &Meta) -> bool {
    let parts = |list: &syn::MetaList| {
        list.parse_args_with(syn::punctuated::Punctuated::<Meta, syn::Token![,]>::parse_terminated)
            .unwrap_or_default()
    };
    match predicate {
        Meta::Path(path) => path.is_ident("test"),
        Meta::List(list) if list.path.is_ident("all") => parts(list).iter().any(needs_test),
        Meta::List(list) if list.path.is_ident("any") => parts(list).iter().all(needs_test),
        _ => false,
    }
}

fn path_attribute(attributes: &[Attribute]) -> Option<String> {
    attributes.iter().find_map(|attribute| match &attribute.meta {
        Meta::NameValue(pair) if pair.path.is_ident("path") => match &pair.value {
            syn::Expr::Lit(syn::ExprLit {
                lit: syn::Lit::Str(text),
                ..
            }) => Some(text.value()),
            _ => None,
        },
        _ => None,
    })
}

/// Adds the lines on which tokens stand. A doc comment arrives here as the attribute `doc` and is
/// left out.
fn add_lines(tokens: TokenStream, lines: &mut BTreeSet<usize>) {
    let tokens: Vec<TokenTree> = tokens.into_iter().collect();
    let mut at = 0;
    while at < tokens.len() {
        if let Some(length) = doc_attribute(&tokens[at..]) {
            at += length;
            continue;
        }
        match &tokens[at] {
            TokenTree::Group(group) => {
                lines.insert(group.span_open().start().line);
                add_lines(group.stream(), lines);
                lines.insert(group.span_close().end().line);
            }
            token => lines.extend(token.span().start().line..=token.span().end().line),
        }
        at += 1;
    }
}

/// How many tokens the doc comment takes that these begin with.
fn doc_attribute(tokens: &[TokenTree]) -> Option<usize> {
    let is_mark =
        |token: &TokenTree, mark: char| matches!(token, TokenTree::Punct(punct) if punct.as_char() == mark);
    if !is_mark(tokens.first()?, '#') {
        return None;
    }
    let length = if is_mark(tokens.get(1)?, '!') { 3 } else { 2 };
    let TokenTree::Group(group) = tokens.get(length - 1)? else {
        return None;
    };
    let first = group.stream().into_iter().next()?;
    matches!(first, TokenTree::Ident(name) if name == "doc").then_some(length)
}
