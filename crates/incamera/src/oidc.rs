//! Signing in by an organisation's own provider: OpenID Connect Core 1.0, the code flow with PKCE (RFC 7636). The only
//! connections that this server opens by itself, and only where an issuer is configured: to it, and to what it names.

use std::borrow::Cow;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, anyhow, bail, ensure};
use axum::body::Body;
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::client::legacy::Client as HttpClient;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use openidconnect::core::{
    CoreAuthDisplay, CoreAuthPrompt, CoreAuthenticationFlow, CoreErrorResponseType, CoreGenderClaim,
    CoreJsonWebKey, CoreJweContentEncryptionAlgorithm, CoreJwsSigningAlgorithm, CoreProviderMetadata,
    CoreRevocableToken, CoreRevocationErrorResponse, CoreTokenIntrospectionResponse, CoreTokenType,
};
use openidconnect::{
    AdditionalClaims, AsyncHttpClient, AuthorizationCode, ClaimsVerificationError, Client, ClientId,
    ClientSecret, CsrfToken, EmptyExtraTokenFields, EndpointMaybeSet, EndpointNotSet, EndpointSet,
    HttpRequest, HttpResponse, IdTokenFields, IssuerUrl, Nonce, PkceCodeChallenge, PkceCodeVerifier,
    RedirectUrl, RequestTokenError, Scope, StandardErrorResponse, StandardTokenResponse, TokenResponse,
};
use serde::{Deserialize, Deserializer, Serialize};

use crate::config::Organisation;

/// How long the provider may take for one answer.
const PATIENCE: Duration = Duration::from_secs(5);
/// How long it is believed what it said of itself.
const KNOWN_FOR: Duration = Duration::from_secs(10 * 60);
/// How long it is left alone after it did not answer.
const SILENT_FOR: Duration = Duration::from_secs(5);
/// How long it is believed at least: strangers' codes do not have it asked anew.
const BELIEVED_FOR: Duration = Duration::from_secs(60);
/// How often something is written down of it.
const TOLD_EVERY: Duration = Duration::from_secs(60);
/// The largest answer that is read.
const MOST_BYTES: usize = 256 * 1024;
/// With what a provider may sign (ATK-16). Nothing with a shared secret, and never nothing.
const ALGORITHMS: [CoreJwsSigningAlgorithm; 5] = [
    CoreJwsSigningAlgorithm::EcdsaP256Sha256,
    CoreJwsSigningAlgorithm::EcdsaP384Sha384,
    CoreJwsSigningAlgorithm::EdDsa,
    CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha256,
    CoreJwsSigningAlgorithm::RsaSsaPssSha256,
];

/// What is read of an ID token beyond the standard.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Groups {
    #[serde(default, deserialize_with = "names")]
    groups: Vec<String>,
}

/// Providers write one group as a text, several as a list, and some other things besides, which name nobody's group.
fn names<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<String>, D::Error> {
    Ok(match serde_json::Value::deserialize(deserializer)? {
        serde_json::Value::String(name) => vec![name],
        serde_json::Value::Array(names) => {
            names.into_iter().filter_map(|name| name.as_str().map(str::to_owned)).collect()
        }
        _ => Vec::new(),
    })
}

impl AdditionalClaims for Groups {}

type Token = StandardTokenResponse<
    IdTokenFields<
        Groups,
        EmptyExtraTokenFields,
        CoreGenderClaim,
        CoreJweContentEncryptionAlgorithm,
        CoreJwsSigningAlgorithm,
    >,
    CoreTokenType,
>;

type Provider = Client<
    Groups,
    CoreAuthDisplay,
    CoreGenderClaim,
    CoreJweContentEncryptionAlgorithm,
    CoreJsonWebKey,
    CoreAuthPrompt,
    StandardErrorResponse<CoreErrorResponseType>,
    Token,
    CoreTokenIntrospectionResponse,
    CoreRevocableToken,
    CoreRevocationErrorResponse,
    EndpointSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointMaybeSet,
    EndpointMaybeSet,
>;

/// The provider that is configured.
pub(crate) struct Oidc {
    settings: Organisation,
    issuer: IssuerUrl,
    secret: Option<ClientSecret>,
    http: Http,
    /// What it said of itself, and when: whoever presses the button again and again does not have it asked each time.
    known: Mutex<Known>,
    /// One asks at a time; the others wait for what it hears.
    asks: tokio::sync::Mutex<()>,
}

#[derive(Default)]
struct Known {
    provider: Option<(Instant, Arc<Provider>)>,
    /// When it last did not answer.
    silent: Option<Instant>,
    /// When something was last written down of it: strangers can make it fail as often as they like.
    told: Option<Instant>,
}

/// Someone has been sent to the provider.
pub(crate) struct Begun {
    provider: Arc<Provider>,
    redirect: RedirectUrl,
    nonce: Nonce,
    verifier: PkceCodeVerifier,
    challenge: PkceCodeChallenge,
}

/// Who came back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Person {
    pub(crate) issuer: String,
    pub(crate) subject: String,
    /// What the provider calls them; may be nothing that can be a sign-in name here.
    pub(crate) login: Option<String>,
    pub(crate) name: Option<String>,
}

/// Why nobody came back.
#[derive(Debug)]
pub(crate) enum Failed {
    /// What the provider answers is not good. Why is for the log.
    Wrong(anyhow::Error),
    /// The provider does not answer.
    Unreachable(anyhow::Error),
    /// They are somebody there, and not of the group that may.
    NotOfGroup,
}

impl Oidc {
    /// Reads what the system trusts. The provider is not asked yet: it may come up later than this server.
    pub(crate) fn new(settings: Organisation) -> Result<Self> {
        let secret = match &settings.client_secret {
            Some(path) => {
                let text = std::fs::read_to_string(path)
                    .with_context(|| format!("{} cannot be read", path.display()))?;
                Some(ClientSecret::new(text.trim().to_owned()))
            }
            None => None,
        };
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let tls = HttpsConnectorBuilder::new()
            .with_provider_and_native_roots(provider)
            .context("the certificates that this system trusts cannot be read")?;
        let connector =
            if settings.issuer.starts_with("https:") { tls.https_only() } else { tls.https_or_http() };
        let http = Http(HttpClient::builder(TokioExecutor::new()).build(connector.enable_http1().build()));
        let issuer = IssuerUrl::new(settings.issuer.clone())?;
        Ok(Self {
            settings,
            issuer,
            secret,
            http,
            known: Mutex::default(),
            asks: tokio::sync::Mutex::default(),
        })
    }

    /// What is written on the button.
    pub(crate) fn name(&self) -> &str {
        &self.settings.name
    }

    /// For someone whom the provider will send back to `redirect`.
    pub(crate) async fn begin(&self, redirect: String) -> Result<Begun, Failed> {
        let redirect = RedirectUrl::new(redirect).map_err(|error| Failed::Wrong(error.into()))?;
        let provider = self.provider().await?;
        let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
        Ok(Begun { provider, redirect, nonce: Nonce::new_random(), verifier, challenge })
    }

    /// How the provider works today.
    async fn provider(&self) -> Result<Arc<Provider>, Failed> {
        let _asks = self.asks.lock().await;
        {
            let known = self.known();
            if let Some((since, provider)) = &known.provider
                && since.elapsed() < KNOWN_FOR
            {
                return Ok(Arc::clone(provider));
            }
            if known.silent.is_some_and(|since| since.elapsed() < SILENT_FOR) {
                return Err(Failed::Unreachable(anyhow!("it did not answer just now")));
            }
        }
        let metadata =
            CoreProviderMetadata::discover_async(self.issuer.clone(), &self.http).await.map_err(|error| {
                self.known().silent = Some(Instant::now());
                Failed::Unreachable(anyhow!("{}", reasons(&error)))
            })?;
        let id = ClientId::new(self.settings.client_id.clone());
        let provider = Arc::new(Client::from_provider_metadata(metadata, id, self.secret.clone()));
        self.known().provider = Some((Instant::now(), Arc::clone(&provider)));
        Ok(provider)
    }

    fn known(&self) -> MutexGuard<'_, Known> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether it is time to write something down of it again.
    pub(crate) fn may_tell(&self) -> bool {
        let mut known = self.known();
        let may = known.told.is_none_or(|since| since.elapsed() >= TOLD_EVERY);
        if may {
            known.told = Some(Instant::now());
        }
        may
    }

    /// It may sign with another key by now: the next one asks it anew. Not too often: a code that somebody made up costs it nothing
    /// more.
    fn forget(&self) {
        let mut known = self.known();
        if known.provider.as_ref().is_some_and(|(since, _)| since.elapsed() >= BELIEVED_FOR) {
            known.provider = None;
        }
    }

    /// Who is behind the code that the browser was sent back with.
    pub(crate) async fn finish(&self, begun: Begun, code: String) -> Result<Person, Failed> {
        let person = self.ask(begun, code).await.map_err(Failed::Wrong)?;
        match (&self.settings.group, person) {
            (Some(group), (_, groups)) if !groups.contains(group) => Err(Failed::NotOfGroup),
            (_, (person, _)) => Ok(person),
        }
    }

    async fn ask(&self, begun: Begun, code: String) -> Result<(Person, Vec<String>)> {
        let Begun { provider, redirect, nonce, verifier, .. } = begun;
        let request = provider.exchange_code(AuthorizationCode::new(code))?;
        let request = request.set_pkce_verifier(verifier).set_redirect_uri(Cow::Owned(redirect));
        let token = request.request_async(&self.http).await.map_err(|error| match error {
            // What it says beside the code may be about the person.
            RequestTokenError::ServerResponse(said) => anyhow!("it says {}", said.error().as_ref()),
            RequestTokenError::Request(error) => anyhow!("{}", reasons(&error)),
            RequestTokenError::Parse(error, _) => anyhow!("it cannot be read at {}", error.path()),
            RequestTokenError::Other(_) => anyhow!("it is no answer"),
        })?;
        self.read(&provider, &token, &nonce)
    }

    fn read(&self, provider: &Provider, token: &Token, nonce: &Nonce) -> Result<(Person, Vec<String>)> {
        let id_token = token.id_token().context("there is no ID token")?;
        let verifier = provider.id_token_verifier().set_allowed_algs(ALGORITHMS);
        let claims = id_token.claims(&verifier, nonce).map_err(|error| {
            if matches!(error, ClaimsVerificationError::SignatureVerification(_)) {
                self.forget();
            }
            error
        })?;
        let issuer = claims.issuer().as_str();
        ensure!(issuer == self.settings.issuer, "another issuer");
        if let Some(party) = claims.authorized_party() {
            ensure!(party.as_str() == self.settings.client_id, "it was made for another client");
        }
        let subject = claims.subject().as_str();
        if subject.is_empty() || subject.len() > 255 {
            bail!("there is no subject");
        }
        let email = claims.email().map(|email| email.as_str());
        let login = claims.preferred_username().map(|name| name.as_str()).or(email);
        let name = claims.name().and_then(|name| name.get(None)).map(|name| name.as_str()).or(login);
        let person = Person {
            issuer: issuer.to_owned(),
            subject: subject.to_owned(),
            login: login.map(str::to_owned),
            name: name.map(str::to_owned),
        };
        Ok((person, claims.additional_claims().groups.clone()))
    }
}

/// Asks the provider.
struct Http(HttpClient<HttpsConnector<HttpConnector>, Body>);

impl<'a> AsyncHttpClient<'a> for Http {
    type Error = Fetch;
    type Future = Pin<Box<dyn Future<Output = Result<HttpResponse, Fetch>> + Send + 'a>>;

    /// One request. Redirections are not followed: a provider has no reason to send us elsewhere.
    fn call(&'a self, request: HttpRequest) -> Self::Future {
        let answer = async {
            let answer = self.0.request(request.map(Body::from)).await;
            let (head, body) = answer.map_err(|error| Fetch(reasons(&error)))?.into_parts();
            let body = axum::body::to_bytes(Body::new(body), MOST_BYTES).await;
            let body = body.map_err(|error| Fetch(reasons(&error)))?;
            Ok(HttpResponse::from_parts(head, body.to_vec()))
        };
        Box::pin(async {
            let late = |_| Err(Fetch("no answer in time".to_owned()));
            tokio::time::timeout(PATIENCE, answer).await.unwrap_or_else(late)
        })
    }
}

impl Begun {
    /// Where the browser is sent. The provider gives `state` back.
    pub(crate) fn address(&self, state: String) -> String {
        let (nonce, state) = (self.nonce.clone(), CsrfToken::new(state));
        let flow = CoreAuthenticationFlow::AuthorizationCode;
        let request = self.provider.authorize_url(flow, move || state, move || nonce);
        // `openid` is asked for by itself.
        let request =
            request.add_scope(Scope::new("profile".to_owned())).add_scope(Scope::new("email".to_owned()));
        let request = request.set_redirect_uri(Cow::Borrowed(&self.redirect));
        request.set_pkce_challenge(self.challenge.clone()).url().0.into()
    }
}

/// Why an answer could not be read.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
struct Fetch(String);

/// An error with what is behind it.
fn reasons(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        text += &format!(": {error}");
        cause = error.source();
    }
    text
}
