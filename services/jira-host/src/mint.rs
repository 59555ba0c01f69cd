//! Tokens for browsers and for tests: page tokens, context tokens and callback tokens, with any
//! fault that a test asks for.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::descriptor::{Descriptor, PageModule};
use crate::people::Person;
use crate::platform::{Platform, Refusal};
use crate::secret::Secret;
use crate::site::Site;
use crate::token::{self, Claims};
use crate::{clock, lifecycle, qsh};

/// Lifetime of a page token, in seconds.
const PAGE_SECONDS: i64 = 180;
/// Lifetime of a context token, in seconds. The real value is not published.
const CONTEXT_SECONDS: i64 = 900;
/// The version of the bridge, sent to pages as `cv`.
const BRIDGE_VERSION: &str = "1001.0.0-SNAPSHOT";

/// What kind of request a token authorizes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum TokenKind {
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
pub enum SigningSecret {
    /// The secret the platform signs with now.
    #[default]
    Current,
    /// The secret that was replaced last.
    Previous,
    /// A random secret that no app has received.
    Stranger,
}

/// A request for a token. Unknown fields are refused, so that a misspelt option is noticed.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct TokenRequest {
    /// Page, context or callback token.
    pub kind: TokenKind,
    /// Account id, or `admin`, `agent`, `viewer`; absent for an anonymous visitor.
    #[serde(default)]
    pub user: Option<String>,
    /// HTTP method the `qsh` is made for: GET for pages and POST for callbacks when absent.
    #[serde(default)]
    pub method: Option<String>,
    /// URL that the `qsh` is made for: a path with query below the app's base URL, or absolute.
    #[serde(default)]
    pub url: Option<String>,
    /// Key of a page to make the full frame URL for, instead of `url`.
    #[serde(default)]
    pub module: Option<String>,
    /// Claims to replace or add; `null` removes one.
    #[serde(default)]
    pub overrides: Claims,
    /// Header fields to replace or add; `null` removes one.
    #[serde(default)]
    pub header: Claims,
    /// Lifetime in seconds from now; negative for an expired token.
    #[serde(default)]
    pub expires_in: Option<i64>,
    /// Which secret signs a page or context token.
    #[serde(default)]
    pub signer: SigningSecret,
}

impl TokenRequest {
    /// A request for a context token of a person.
    #[must_use]
    pub fn context(account_id: &str) -> Self {
        Self::of(TokenKind::Context, account_id)
    }

    fn of(kind: TokenKind, account_id: &str) -> Self {
        Self {
            kind,
            user: Some(account_id.to_owned()),
            method: None,
            url: None,
            module: None,
            overrides: Claims::new(),
            header: Claims::new(),
            expires_in: None,
            signer: SigningSecret::Current,
        }
    }
}

/// A token, and the URL it was made for with the token in it.
#[derive(Debug, Clone, Serialize)]
pub struct MintedToken {
    /// The token in its compact form.
    pub token: String,
    /// The URL, with `jwt` for a page; absent for a context token.
    pub url: Option<String>,
}

/// Makes the requested token.
///
/// # Errors
/// [`Refusal::NoToken`] when the site has no such secret or the person or page does not exist,
/// [`Refusal::Signing`] when signing fails.
pub fn mint(platform: &Platform, site: &Site, request: &TokenRequest) -> Result<MintedToken, Refusal> {
    let user = request
        .user
        .as_deref()
        .map(|user| find_person(site, user))
        .transpose()?;
    let url = target(platform, site, request)?;
    let mut claims = base_claims(site, user.as_ref(), request);
    claims.extend(request_claims(site, request, url.as_deref())?);
    token::merge(&mut claims, &request.overrides);
    let token = sign(platform, site, request, &claims)?;
    let url = match request.kind {
        TokenKind::Context => None,
        TokenKind::Page => url.map(|url| with_query(&url, &[("jwt", &token)])),
        TokenKind::Callback => url,
    };
    Ok(MintedToken { token, url })
}

/// The claims that bind the token to its request: `qsh`, and for a callback `aud`.
fn request_claims(site: &Site, request: &TokenRequest, url: Option<&str>) -> Result<Claims, Refusal> {
    let (method, names): (&str, &[&str]) = match request.kind {
        TokenKind::Context => {
            return Ok(Claims::from_iter([("qsh".to_owned(), json!(qsh::CONTEXT))]));
        }
        TokenKind::Page => ("GET", &["qsh"]),
        TokenKind::Callback => ("POST", &["qsh", "aud"]),
    };
    let url =
        url.ok_or_else(|| Refusal::NoToken("a page or callback token needs a url or a module".to_owned()))?;
    let claims = lifecycle::claims(site, request.method.as_deref().unwrap_or(method), url);
    let bound = claims
        .into_iter()
        .filter(|(name, _)| names.contains(&name.as_str()));
    Ok(bound.collect())
}

fn sign(
    platform: &Platform,
    site: &Site,
    request: &TokenRequest,
    claims: &Claims,
) -> Result<String, Refusal> {
    if request.kind == TokenKind::Callback {
        return Ok(platform.install_key.sign(claims, &request.header)?);
    }
    let secret = match request.signer {
        SigningSecret::Current => site.secret.clone(),
        SigningSecret::Previous => site.superseded.first().cloned(),
        SigningSecret::Stranger => Some(Secret::generate()),
    };
    let secret = secret.ok_or_else(|| Refusal::NoToken(format!("{} has no such secret", site.name)))?;
    Ok(token::sign_hs256(claims, &secret, &request.header)?)
}

fn base_claims(site: &Site, user: Option<&Person>, request: &TokenRequest) -> Claims {
    let life = match request.kind {
        TokenKind::Context => CONTEXT_SECONDS,
        TokenKind::Page | TokenKind::Callback => PAGE_SECONDS,
    };
    let issued = clock::epoch_seconds();
    let expires = issued + request.expires_in.unwrap_or(life);
    let mut claims = Claims::new();
    claims.insert("iss".to_owned(), json!(site.client_key));
    claims.insert("iat".to_owned(), json!(issued.min(expires - 1)));
    claims.insert("exp".to_owned(), json!(expires));
    if request.kind != TokenKind::Callback {
        claims.insert("context".to_owned(), json!({}));
    }
    if let Some(user) = user {
        claims.insert("sub".to_owned(), json!(user.account_id));
    }
    claims
}

fn find_person(site: &Site, user: &str) -> Result<Person, Refusal> {
    site.person(user)
        .ok_or_else(|| Refusal::NoToken(format!("no person on {} is {user}", site.name)))
}

/// The absolute URL that the token is made for, when the request names one.
fn target(platform: &Platform, site: &Site, request: &TokenRequest) -> Result<Option<String>, Refusal> {
    if request.url.is_none() && request.module.is_none() {
        return Ok(None);
    }
    let descriptor = installed_descriptor(site)?;
    if let Some(key) = &request.module {
        let page = find_page(descriptor, key)?;
        return Ok(Some(frame_url(
            platform,
            site,
            descriptor,
            page,
            &BTreeMap::new(),
        )));
    }
    let url = request.url.clone().unwrap_or_default();
    let absolute = url.starts_with("http://") || url.starts_with("https://");
    Ok(Some(if absolute { url } else { descriptor.url_of(&url) }))
}

fn installed_descriptor(site: &Site) -> Result<&Descriptor, Refusal> {
    site.descriptor
        .as_ref()
        .ok_or_else(|| Refusal::NoToken(format!("no app was ever installed on {}", site.name)))
}

fn find_page<'a>(descriptor: &'a Descriptor, key: &str) -> Result<&'a PageModule, Refusal> {
    descriptor
        .page(key)
        .ok_or_else(|| Refusal::NoToken(format!("the app has no page {key}")))
}

/// The URL of a page as the platform frames it, all parameters but the token.
///
/// `values` are the page's own parameters: `{ac.x}` in the module's URL takes the value of `x`.
fn frame_url(
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
    let url = descriptor.url_of(&page.fill_url(&variables));
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

/// The URL with which a page is framed for a person, with its token.
///
/// # Errors
/// [`Refusal::NoToken`] when the site has no secret, no descriptor or no such page.
pub fn sign_frame_url(
    platform: &Platform,
    site: &Site,
    account_id: &str,
    module: &str,
    values: &BTreeMap<String, String>,
) -> Result<String, Refusal> {
    let descriptor = installed_descriptor(site)?;
    let page = find_page(descriptor, module)?;
    let url = frame_url(platform, site, descriptor, page, values);
    let minted = mint(
        platform,
        site,
        &TokenRequest {
            url: Some(url),
            ..TokenRequest::of(TokenKind::Page, account_id)
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
