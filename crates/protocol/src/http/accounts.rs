//! Accounts, and how their owners sign in.

use serde::{Deserialize, Serialize};

use crate::secret::{Proof, Salt};
use crate::{AccountId, Rank, SealedBytes};

/// Body of `POST /api/stretch`: how is the password of this sign-in name stretched?
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct StretchRequest {
    /// The sign-in name.
    pub login: String,
}

/// Answer to `POST /api/stretch`. A name that nobody has gets an answer of the same kind, always the same.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Stretch {
    /// With what.
    #[cfg_attr(feature = "typescript", ts(type = "string"))]
    pub salt: Salt,
    /// How often: rounds of PBKDF2 with HMAC-SHA-512 (RFC 8018 section 5.2).
    pub rounds: u32,
}

/// Body of `POST /api/logins`: someone signs in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct LoginRequest {
    /// The sign-in name.
    pub login: String,
    /// The server's half of the stretched password.
    #[cfg_attr(feature = "typescript", ts(type = "string"))]
    pub proof: Proof,
    /// The code of their authenticator, six digits, or a recovery code; where it was asked for (`codeNeeded`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub code: Option<String>,
}

/// Answer to `GET /api/account/totp`: whether a code is asked for beside the password.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Totp {
    /// Whether it is.
    pub on: bool,
    /// How many recovery codes are left.
    pub codes: u32,
}

/// Body of `PUT /api/account/totp`: an authenticator that knows the secret from now on.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct NewTotp {
    /// The server's half of the stretched password: whoever finds a desk open does not lock its owner out.
    #[cfg_attr(feature = "typescript", ts(type = "string"))]
    pub proof: Proof,
    /// The secret that the browser made: 20 bytes, base32 (RFC 4648 section 6).
    pub secret: String,
    /// What the authenticator shows for it (RFC 6238 with HMAC-SHA-1, six digits, steps of 30 s).
    pub code: String,
}

/// A secret never prints.
impl std::fmt::Debug for NewTotp {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("NewTotp")
    }
}

/// Answer to it. The codes are shown this once.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct RecoveryCodes {
    /// Ten codes in the place of the authenticator's, each good once.
    pub codes: Vec<String>,
}

/// Body of `DELETE /api/account/totp`, after which the password suffices again, and of `DELETE /api/account/sheet`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct PasswordShown {
    /// The server's half of the stretched password; none for an account without one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "typescript", ts(optional, as = "Option<String>"))]
    pub proof: Option<Proof>,
}

/// Someone who is signed in; the cookie comes with it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SignedIn {
    /// Who.
    pub account: Account,
    /// The vault key, sealed in the browser with its half of the stretched password; none for an account without one, whose
    /// vault is opened by its devices.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "typescript", ts(optional, as = "Option<String>"))]
    pub vault: Option<SealedBytes>,
    /// The vault key, sealed with what the passkey gives that was signed in with; none where it gives nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "typescript", ts(optional, as = "Option<String>"))]
    pub passkey_vault: Option<SealedBytes>,
}

/// Answer to `POST /api/account/passkeys/begin`: with what a passkey is made (Web Authentication level 3). What is bytes there
/// is base64url here, without padding.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct PasskeyOffer {
    /// By what the answer is known.
    pub ceremony: String,
    /// What is signed.
    pub challenge: String,
    /// The name that passkeys of this server belong to.
    pub rp: String,
    /// The account, as its authenticator is to know it.
    pub user: String,
    /// The passkeys that the account has.
    pub known: Vec<String>,
}

/// Body of `POST /api/account/passkeys`: what the authenticator has made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct NewPasskey {
    /// Of which offer.
    pub ceremony: String,
    /// Which one, for its owner: 1 to 60 characters.
    pub label: String,
    /// What the authenticator calls it.
    pub credential: String,
    /// `clientDataJSON`.
    pub client_data: String,
    /// `attestationObject`. No attestation is asked for.
    pub attestation: String,
    /// The vault key, sealed with what the authenticator gives by its extension `prf`; none where it gives nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "typescript", ts(optional, as = "Option<String>"))]
    pub vault: Option<SealedBytes>,
}

/// A passkey as its owner sees it; `GET /api/account/passkeys` lists them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Passkey {
    /// A name for it, which is no secret.
    pub id: String,
    /// Which one.
    pub label: String,
    /// Whether it opens the vault; where it does not, the password is asked for as well.
    pub opens: bool,
    /// Since when, in milliseconds since 1970.
    #[cfg_attr(feature = "typescript", ts(type = "number"))]
    pub created_at: i64,
    /// When it was used last; none for one that never was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "typescript", ts(optional, type = "number"))]
    pub used_at: Option<i64>,
}

/// Answer to `POST /api/passkeys/begin`: what someone who signs in is challenged with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct PasskeyChallenge {
    /// By what the answer is known.
    pub ceremony: String,
    /// What is signed.
    pub challenge: String,
    /// The name that passkeys of this server belong to.
    pub rp: String,
}

/// Body of `POST /api/logins/passkey`: what the authenticator has signed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct PasskeyLogin {
    /// Of which challenge.
    pub ceremony: String,
    /// What the authenticator calls the passkey.
    pub credential: String,
    /// `clientDataJSON`.
    pub client_data: String,
    /// `authenticatorData`.
    pub authenticator_data: String,
    /// `signature`.
    pub signature: String,
    /// `userHandle`.
    pub user: String,
}

/// Answer to `POST /api/organisation/begin`: where the browser is to go.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct OrganisationOffer {
    /// An address of the organisation's provider (OpenID Connect Core 1.0 section 3.1.2.1).
    pub url: String,
    /// What the provider will give back. Whoever comes back with another one was not sent from here.
    pub state: String,
    /// By what the answer is known. It stays in the page that asked.
    pub ceremony: String,
}

/// Body of `POST /api/logins/organisation`: with what the provider sent the browser back to `/host/signed-in`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct OrganisationLogin {
    /// As it was offered.
    pub ceremony: String,
    /// The code for which the provider tells the server who it is.
    pub code: String,
}

/// A browser that opens the vault of an account without a password, or waits for it; `GET /api/account/devices` lists them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Device {
    /// A name for it, which is no secret.
    pub id: String,
    /// The browser and system, such as `Firefox, Linux`.
    pub device: String,
    /// For what the vault key is sealed: a point of P-256, uncompressed (SEC 1 section 2.3.3), base64.
    #[cfg_attr(feature = "typescript", ts(type = "string"))]
    pub public: SealedBytes,
    /// The vault key, sealed for it; none while it waits.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "typescript", ts(optional, as = "Option<String>"))]
    pub vault: Option<SealedBytes>,
    /// Since when, in milliseconds since 1970.
    #[cfg_attr(feature = "typescript", ts(type = "number"))]
    pub created_at: i64,
}

/// Body of `POST /api/account/devices`: a browser is to open the vault.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct NewDevice {
    /// Its public key.
    #[cfg_attr(feature = "typescript", ts(type = "string"))]
    pub public: SealedBytes,
    /// The vault key, sealed for it, where it is the first one and has made it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "typescript", ts(optional, as = "Option<String>"))]
    pub vault: Option<SealedBytes>,
}

/// Answer to it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct DeviceMade {
    /// A name for it.
    pub id: String,
}

/// Body of `PUT /api/account/devices/{id}`: a browser is let in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct DeviceVault {
    /// The vault key, sealed for it.
    #[cfg_attr(feature = "typescript", ts(type = "string"))]
    pub vault: SealedBytes,
}

/// A key pair with which others seal something for an account; `PUT /api/account/key` keeps the first one, and
/// `GET /api/account/key` gives it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct KeyPair {
    /// A point of P-256, uncompressed (SEC 1 section 2.3.3), base64.
    #[cfg_attr(feature = "typescript", ts(type = "string"))]
    pub public: SealedBytes,
    /// Its private half, sealed under the vault key.
    #[cfg_attr(feature = "typescript", ts(type = "string"))]
    pub private: SealedBytes,
}

/// Someone who may be made a deputy; `GET /api/hosts` lists them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Host {
    /// Who.
    #[cfg_attr(feature = "typescript", ts(type = "string"))]
    pub id: AccountId,
    /// What they are called.
    pub name: String,
    /// For what is sealed for them; none until they have signed in once more.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "typescript", ts(optional, as = "Option<String>"))]
    pub public: Option<SealedBytes>,
}

/// What a program may do with a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum Scope {
    /// See rooms, with who waits and who is there.
    #[serde(rename = "rooms:read")]
    RoomsRead,
    /// Make, change and delete rooms and links.
    #[serde(rename = "rooms:write")]
    RoomsWrite,
}

impl Scope {
    /// All of them.
    pub const ALL: [Self; 2] = [Self::RoomsRead, Self::RoomsWrite];

    /// As it is written.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::RoomsRead => "rooms:read",
            Self::RoomsWrite => "rooms:write",
        }
    }
}

impl std::str::FromStr for Scope {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        Self::ALL.into_iter().find(|scope| scope.as_str() == text).ok_or(())
    }
}

/// Body of `POST /api/keys`: a key for a program.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct NewApiKey {
    /// Which program: 1 to 60 characters.
    pub label: String,
    /// What it may do.
    pub scopes: Vec<Scope>,
}

/// A key that was made. It is shown this once.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ApiKeyMade {
    /// What the program sends: `Authorization: Bearer <key>` (RFC 6750 section 2.1).
    pub key: String,
}

/// A secret never prints.
impl std::fmt::Debug for ApiKeyMade {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("ApiKeyMade")
    }
}

/// A key as its owner sees it; `GET /api/keys` lists them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ApiKey {
    /// A name for it, which is no secret.
    pub id: String,
    /// Which program.
    pub label: String,
    /// What it may do.
    pub scopes: Vec<Scope>,
    /// Since when, in milliseconds since 1970.
    #[cfg_attr(feature = "typescript", ts(type = "number"))]
    pub created_at: i64,
    /// When it was used last, to an hour; none for one that never was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "typescript", ts(optional, type = "number"))]
    pub used_at: Option<i64>,
}

/// A person known to this server, as they and administrators see it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Account {
    /// Who.
    #[cfg_attr(feature = "typescript", ts(type = "string"))]
    pub id: AccountId,
    /// What they type to sign in.
    pub login: String,
    /// What guests see.
    pub name: String,
    /// What they may do.
    pub rank: Rank,
    /// Whether they may not sign in at the moment.
    pub disabled: bool,
}

/// A new password as its browser made it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct NewPassword {
    /// With what it was stretched: random.
    #[cfg_attr(feature = "typescript", ts(type = "string"))]
    pub salt: Salt,
    /// How often, at least 210,000.
    pub rounds: u32,
    /// The server's half.
    #[cfg_attr(feature = "typescript", ts(type = "string"))]
    pub proof: Proof,
    /// The vault key, sealed with the other half.
    #[cfg_attr(feature = "typescript", ts(type = "string"))]
    pub vault: SealedBytes,
}

/// Body of `POST /api/invitations/look`: what does this invitation offer?
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct InvitationLook {
    /// The secret of its link.
    pub invitation: String,
}

/// What an invitation offers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct InvitationShown {
    /// What the account may do.
    pub rank: Rank,
    /// The sign-in name of the account whose password is set anew; none for a new account.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub login: Option<String>,
    /// Whether that account has a recovery sheet.
    pub sheet: bool,
}

/// Body of `POST /api/accounts`: an invitation becomes an account, which is signed in at once.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct NewAccount {
    /// The secret of the invitation's link.
    pub invitation: String,
    /// The sign-in name: 3 to 100 letters, digits and `.` `_` `-` `+` `@`.
    pub login: String,
    /// What guests will see.
    pub name: String,
    /// The password.
    pub password: NewPassword,
}

/// Body of `POST /api/passwords`: a forgotten password is set anew, by an invitation, a recovery sheet or both.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct PasswordReset {
    /// The secret of the invitation's link. A code beside the password is off afterwards.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub invitation: Option<String>,
    /// The recovery sheet. The vault of the password is then the one that was there; without, it is a new one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub sheet: Option<SheetShown>,
    /// The code beside the password, where there is no invitation and it was asked for (`codeNeeded`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub code: Option<String>,
    /// The password.
    pub password: NewPassword,
}

/// Someone shows that they have the recovery sheet of an account; body of `POST /api/sheets/look`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SheetShown {
    /// The sign-in name.
    pub login: String,
    /// The server's half of what the code is made to.
    #[cfg_attr(feature = "typescript", ts(type = "string"))]
    pub proof: Proof,
}

/// Answer to `POST /api/sheets/look`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SheetVault {
    /// The vault key, sealed with the sheet's other half.
    #[cfg_attr(feature = "typescript", ts(type = "string"))]
    pub vault: SealedBytes,
}

/// Answer to `GET /api/account/sheet`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Sheet {
    /// When the sheet was made, in milliseconds since 1970; none where there is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "typescript", ts(optional, type = "number"))]
    pub made_at: Option<i64>,
}

/// Body of `PUT /api/account/sheet`: a recovery sheet in the place of the one before.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct NewSheet {
    /// The server's half of the stretched password; none for an account without one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "typescript", ts(optional, as = "Option<String>"))]
    pub proof: Option<Proof>,
    /// The server's half of what the code on paper is made to.
    #[cfg_attr(feature = "typescript", ts(type = "string"))]
    pub sheet: Proof,
    /// The vault key, sealed with the other half.
    #[cfg_attr(feature = "typescript", ts(type = "string"))]
    pub vault: SealedBytes,
}

/// Body of `POST /api/account/password`: someone who is signed in changes their password. The vault stays the same.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct PasswordRenewal {
    /// The server's half of the password so far: an unlocked computer that somebody walks up to does not suffice.
    #[cfg_attr(feature = "typescript", ts(type = "string"))]
    pub proof: Proof,
    /// The new one.
    pub password: NewPassword,
}

/// One place where an account is signed in; `GET /api/logins` lists them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Login {
    /// A name for it, which is no secret.
    pub id: String,
    /// The browser and system, such as `Firefox, Linux`.
    pub device: String,
    /// Since when, in milliseconds since 1970.
    #[cfg_attr(feature = "typescript", ts(type = "number"))]
    pub created_at: i64,
    /// When it was used last, to five minutes.
    #[cfg_attr(feature = "typescript", ts(type = "number"))]
    pub used_at: i64,
    /// Whether it is the one that asks.
    pub own: bool,
}

/// Body of `POST /api/invitations`: an administrator invites a host.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct InvitationRequest {
    /// What the account may do.
    pub rank: Rank,
    /// The account whose password is set anew; none for a new account.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "typescript", ts(optional, type = "string"))]
    pub account: Option<AccountId>,
}

/// An invitation that was made. Its secret is shown this once.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct InvitationMade {
    /// The secret of its link, `/host#i=<secret>`.
    pub invitation: String,
    /// Until when it works, in milliseconds since 1970.
    #[cfg_attr(feature = "typescript", ts(type = "number"))]
    pub expires_at: i64,
}

/// Body of `PATCH /api/accounts/{id}`: an administrator lets someone sign in no more, or again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct AccountChange {
    /// Whether they may not sign in.
    pub disabled: bool,
}
