//! Tokens for browsers and for tests: page tokens, context tokens, and callback tokens with anything wrong in them
//! that a test may want.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::descriptor::{Descriptor, PageModule};
use crate::lifecycle;
use crate::people::Person;
use crate::platform::{Platform, Refusal};
use crate::qsh;
use crate::secret::Secret;
use crate::site::Site;
use crate::token::{self, Claims};

/// How long a page token lives, in seconds.
const PAGE_SECONDS: i64 = 180;
/// How long a context token lives, in seconds. The real value is not published.
const CONTEXT_SECONDS: i64 = 900;
/// The version a page is told the bridge has (`cv`).
const BRIDGE_VERSION: &str = "1001.0.0-SNAPSHOT";

/// What a token is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// HS256, bound to one request by its `qsh`: pages, webhooks, `enabled`, `disabled`.
    Page,
    /// HS256 with the fixed `context-qsh`: calls of the page to its own server.
    Context,
    /// RS256 with the install key: `installed`, `uninstalled`.
    Callback,
}

/// Which secret an HS256 token is signed with.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Signer {
    /// The one in force.
    #[default]
    Current,
    /// The one that went out of use last.
    Previous,
    /// One nobody was ever told.
    Stranger,
}

/// An order for a token. Unknown fields are refused, so that a misspelt wish does not pass unseen.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Order {
    /// What it is for.
    pub kind: Kind,
    /// Account id, or `admin`, `agent`, `viewer`; absent for an anonymous visitor.
    #[serde(default)]
    pub user: Option<String>,
    /// HTTP method the `qsh` is made for: GET for pages and POST for callbacks when absent.
    #[serde(default)]
    pub method: Option<String>,
    /// Path (with query) below the app's base URL, or absolute URL at the app, the `qsh` is made for.
    #[serde(default)]
    pub url: Option<String>,
    /// Key of a page to make the full frame URL for, instead of `url`.
    #[serde(default)]
    pub module: Option<String>,
    /// Claims to replace or add; `null` takes one away.
    #[serde(default)]
    pub overrides: Claims,
    /// Header fields to replace or add; `null` takes one away.
    #[serde(default)]
    pub header: Claims,
    /// Life in seconds from now; negative for a token that is past.
    #[serde(default)]
    pub expires_in: Option<i64>,
    /// Which secret signs a page or context token.
    #[serde(default)]
    pub signer: Signer,
}

impl Order {
    /// An order for a context token of a person.
    #[must_use]
    pub fn context(account_id: &str) -> Self {
        Self::of(Kind::Context, account_id)
    }

    fn of(kind: Kind, account_id: &str) -> Self {
        Self {
            kind,
            user: Some(account_id.to_owned()),
            method: None,
            url: None,
            module: None,
            overrides: Claims::new(),
            header: Claims::new(),
            expires_in: None,
            signer: Signer::Current,
        }
    }
}

/// A token, and the URL it was made for with the token in it.
#[derive(Debug, Clone, Serialize)]
pub struct Minted {
    /// The compact token.
    pub token: String,
    /// The URL, with `jwt` for a page; absent for a context token.
    pub url: Option<String>,
}

/// Makes a token.
///
/// # Errors
/// When the site never had a secret, the person or page does not exist, or signing fails.
pub fn mint(platform: &Platform, site: &Site, order: &Order) -> Result<Minted, Refusal> {
    let user = order.user.as_deref().map(|user| person(site, user)).transpose()?;
    let url = target(platform, site, order)?;
    let mut claims = base_claims(site, user.as_ref(), order);
    match (order.kind, &url) {
        (Kind::Context, _) => {
            claims.insert("qsh".to_owned(), json!(qsh::CONTEXT));
        }
        (kind, Some(url)) => {
            let usual = if kind == Kind::Callback { "POST" } else { "GET" };
            let bound = lifecycle::claims(site, order.method.as_deref().unwrap_or(usual), url);
            let names: &[&str] = if kind == Kind::Callback {
                &["qsh", "aud"]
            } else {
                &["qsh"]
            };
            claims.extend(
                bound
                    .into_iter()
                    .filter(|(name, _)| names.contains(&name.as_str())),
            );
        }
        (_, None) => {
            return Err(Refusal::NoToken(
                "a page or callback token needs a url or a module".to_owned(),
            ));
        }
    }
    token::merge(&mut claims, &order.overrides);
    let token = sign(platform, site, order, &claims)?;
    let url = url.filter(|_| order.kind != Kind::Context);
    let url = url.map(|url| {
        if order.kind == Kind::Page {
            with_query(&url, &[("jwt", &token)])
        } else {
            url
        }
    });
    Ok(Minted { token, url })
}

fn sign(platform: &Platform, site: &Site, order: &Order, claims: &Claims) -> Result<String, Refusal> {
    if order.kind == Kind::Callback {
        return Ok(platform.install_key.sign(claims, &order.header)?);
    }
    let secret = match order.signer {
        Signer::Current => site.secret.clone(),
        Signer::Previous => site.superseded.first().cloned(),
        Signer::Stranger => Some(Secret::fresh()),
    };
    let secret = secret.ok_or_else(|| Refusal::NoToken(format!("{} has no such secret", site.name)))?;
    Ok(token::sign_hs256(claims, &secret, &order.header)?)
}

fn base_claims(site: &Site, user: Option<&Person>, order: &Order) -> Claims {
    let life = match order.kind {
        Kind::Context => CONTEXT_SECONDS,
        Kind::Page | Kind::Callback => PAGE_SECONDS,
    };
    let issued = token::now();
    let expires = issued + order.expires_in.unwrap_or(life);
    let mut claims = Claims::new();
    claims.insert("iss".to_owned(), json!(site.client_key));
    claims.insert("iat".to_owned(), json!(issued.min(expires - 1)));
    claims.insert("exp".to_owned(), json!(expires));
    if order.kind != Kind::Callback {
        claims.insert("context".to_owned(), json!({}));
    }
    if let Some(user) = user {
        claims.insert("sub".to_owned(), json!(user.account_id));
    }
    claims
}

fn person(site: &Site, user: &str) -> Result<Person, Refusal> {
    site.person(user)
        .ok_or_else(|| Refusal::NoToken(format!("nobody on {} is {user}", site.name)))
}

fn target(platform: &Platform, site: &Site, order: &Order) -> Result<Option<String>, Refusal> {
    if order.url.is_none() && order.module.is_none() {
        return Ok(None);
    }
    let (descriptor, absent) = (site.descriptor.as_ref(), || {
        Refusal::NoToken(format!("no app was ever installed on {}", site.name))
    });
    let descriptor = descriptor.ok_or_else(absent)?;
    if let Some(key) = &order.module {
        let page = page_of(descriptor, key)?;
        return Ok(Some(frame_url(
            platform,
            site,
            descriptor,
            page,
            &BTreeMap::new(),
        )));
    }
    let url = order.url.clone().unwrap_or_default();
    let absolute = url.starts_with("http://") || url.starts_with("https://");
    Ok(Some(if absolute { url } else { descriptor.url_of(&url) }))
}

/// The page with that key.
///
/// # Errors
/// When the descriptor has none.
pub fn page_of<'a>(descriptor: &'a Descriptor, key: &str) -> Result<&'a PageModule, Refusal> {
    descriptor
        .page(key)
        .ok_or_else(|| Refusal::NoToken(format!("the app has no page {key}")))
}

/// The URL of a page as the platform frames it, all parameters but the token.
///
/// `values` are the page's own parameters: `{ac.x}` in the module's URL takes the value of `x`.
#[must_use]
pub fn frame_url(
    platform: &Platform,
    site: &Site,
    descriptor: &Descriptor,
    page: &PageModule,
    values: &BTreeMap<String, String>,
) -> String {
    let variables = values
        .iter()
        .map(|(name, value)| (format!("ac.{name}"), value.clone()))
        .collect();
    let url = descriptor.url_of(&page.filled(&variables));
    let channel = format!("channel-{}__{}", descriptor.key, page.key);
    with_query(
        &url,
        &[
            ("xdm_e", &platform.origin.site(&site.name)),
            ("xdm_c", &channel),
            ("cp", ""),
            ("xdm_deprecated_addon_key_do_not_use", &descriptor.key),
            ("lic", "none"),
            ("cv", BRIDGE_VERSION),
        ],
    )
}

/// The whole signed frame URL of a page for a person.
///
/// # Errors
/// When the site has no secret, no descriptor, or no such page.
pub fn signed_frame(
    platform: &Platform,
    site: &Site,
    account_id: &str,
    module: &str,
    values: &BTreeMap<String, String>,
) -> Result<String, Refusal> {
    let absent = || Refusal::NoToken(format!("no app was ever installed on {}", site.name));
    let descriptor = site.descriptor.as_ref().ok_or_else(absent)?;
    let page = page_of(descriptor, module)?;
    let url = frame_url(platform, site, descriptor, page, values);
    let minted = mint(
        platform,
        site,
        &Order {
            url: Some(url),
            ..Order::of(Kind::Page, account_id)
        },
    )?;
    Ok(minted.url.unwrap_or_default())
}

fn with_query(url: &str, parameters: &[(&str, &str)]) -> String {
    let mut url = url.to_owned();
    for (name, value) in parameters {
        let separator = if url.contains('?') { '&' } else { '?' };
        url.push(separator);
        url.push_str(&format!("{}={}", qsh::encode(name), qsh::encode(value)));
    }
    url
}
