//! Writes the description of the HTTP interface (OpenAPI 3.1), which the server gives as `/api/openapi.json`.

use std::borrow::Cow;
use std::collections::BTreeMap;

use utoipa::openapi::path::{
    Operation, OperationBuilder, Parameter, ParameterBuilder, ParameterIn, PathItem, Paths,
};
use utoipa::openapi::request_body::RequestBodyBuilder;
use utoipa::openapi::response::ResponseBuilder;
use utoipa::openapi::schema::{ArrayBuilder, ObjectBuilder, Schema, Type};
use utoipa::openapi::security::{
    ApiKey, ApiKeyValue, HttpAuthScheme, HttpBuilder, SecurityRequirement, SecurityScheme,
};
use utoipa::openapi::{
    ComponentsBuilder, ContentBuilder, HttpMethod, InfoBuilder, OpenApiBuilder, Ref, RefOr, Required,
};
use utoipa::{PartialSchema, ToSchema};

use crate::http::{self, accounts, consents, face, rooms};
use crate::{AccountId, MeetingId, SealedBytes, secret};

/// Who may ask.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Who {
    Anyone,
    Account,
    /// A program with a key of this scope as well.
    Program(accounts::Scope),
    Administrator,
}

use HttpMethod::{Delete, Get, Patch, Post, Put};
use Who::{Account, Administrator, Anyone};

const READS: Who = Who::Program(accounts::Scope::RoomsRead);
const WRITES: Who = Who::Program(accounts::Scope::RoomsWrite);

type Schemas = Vec<(String, RefOr<Schema>)>;

/// What goes in or comes out.
#[derive(Clone, Copy)]
enum What {
    Nothing,
    One(fn(&mut Schemas) -> String),
    Many(fn(&mut Schemas) -> String),
}

use What::Nothing;

/// A body of this type.
const fn one<T: ToSchema>() -> What {
    What::One(named::<T>)
}

/// A list of these.
const fn many<T: ToSchema>() -> What {
    What::Many(named::<T>)
}

fn named<T: ToSchema>(schemas: &mut Schemas) -> String {
    let name = T::name().into_owned();
    schemas.push((name.clone(), T::schema()));
    T::schemas(schemas);
    name
}

/// One line for everything that can be asked for. `docs/protocol.md` says in which order, and what is refused.
#[rustfmt::skip]
const OPERATIONS: &[(HttpMethod, &str, Who, &str, What, u16, What)] = &[
    (Get, "/api/instance", Anyone, "What there is to know of this server", Nothing, 200, one::<http::Instance>()),
    (Get, "/api/legal", Anyone, "Imprint and privacy notice of the server", Nothing, 200, one::<face::Legal>()),
    (Post, "/api/meetings", Anyone, "Opens a meeting that belongs to nobody", Nothing, 201, one::<http::NewMeeting>()),
    (Post, "/api/doors", Anyone, "What one may know before a meeting", one::<http::EntryRequest>(), 200, one::<http::Door>()),
    (Post, "/api/entries", Anyone, "Enters a meeting", one::<http::EntryRequest>(), 201, one::<http::Entry>()),
    (Post, "/api/notices", Anyone, "What one is asked for at the door of a meeting", one::<consents::NoticeRequest>(), 200, one::<consents::NoticeShown>()),
    (Get, "/api/notices/{hash}", Anyone, "A text that people were shown", Nothing, 200, one::<consents::Notice>()),
    (Post, "/api/consents", Anyone, "Agrees", one::<consents::NewConsent>(), 201, one::<consents::Receipt>()),
    (Post, "/api/consents/look", Anyone, "All that is kept of the one who shows a receipt", one::<consents::ReceiptShown>(), 200, one::<consents::Receipt>()),
    (Post, "/api/consents/withdraw", Anyone, "Agrees no more", one::<consents::ReceiptShown>(), 200, one::<consents::Receipt>()),
    (Post, "/api/consents/correct", Anyone, "Wants to be called something else", one::<consents::Correction>(), 200, one::<consents::Receipt>()),
    (Post, "/api/consents/delete", Anyone, "Has everything deleted", one::<consents::ReceiptShown>(), 204, Nothing),
    (Post, "/api/stretch", Anyone, "How the password of a name is stretched", one::<accounts::StretchRequest>(), 200, one::<accounts::Stretch>()),
    (Get, "/api/logins", Account, "Where one is signed in", Nothing, 200, many::<accounts::Login>()),
    (Post, "/api/logins", Anyone, "Signs in", one::<accounts::LoginRequest>(), 201, one::<accounts::SignedIn>()),
    (Post, "/api/logins/passkey", Anyone, "Signs in with a passkey", one::<accounts::PasskeyLogin>(), 201, one::<accounts::SignedIn>()),
    (Post, "/api/organisation/begin", Anyone, "Begins signing in by the organisation's provider", Nothing, 200, one::<accounts::OrganisationOffer>()),
    (Post, "/api/logins/organisation", Anyone, "Signs in by the organisation's provider", one::<accounts::OrganisationLogin>(), 201, one::<accounts::SignedIn>()),
    (Post, "/api/passkeys/begin", Anyone, "Begins signing in with a passkey", Nothing, 200, one::<accounts::PasskeyChallenge>()),
    (Delete, "/api/logins/{id}", Account, "Signs out, here (`current`) or elsewhere", Nothing, 204, Nothing),
    (Get, "/api/account", Account, "Who is signed in", Nothing, 200, one::<accounts::SignedIn>()),
    (Post, "/api/account/password", Account, "Changes one's own password", one::<accounts::PasswordRenewal>(), 201, one::<accounts::SignedIn>()),
    (Get, "/api/account/key", Account, "One's own key pair", Nothing, 200, one::<accounts::KeyPair>()),
    (Put, "/api/account/key", Account, "Keeps the first key pair", one::<accounts::KeyPair>(), 204, Nothing),
    (Get, "/api/account/totp", Account, "Whether a code is asked for beside the password", Nothing, 200, one::<accounts::Totp>()),
    (Put, "/api/account/totp", Account, "Asks for a code from now on", one::<accounts::NewTotp>(), 201, one::<accounts::RecoveryCodes>()),
    (Delete, "/api/account/totp", Account, "Asks for no code any more", one::<accounts::PasswordShown>(), 204, Nothing),
    (Post, "/api/account/proof", Account, "Whether one may change what needs the password", one::<accounts::PasswordShown>(), 204, Nothing),
    (Get, "/api/account/sheet", Account, "Whether there is a recovery sheet", Nothing, 200, one::<accounts::Sheet>()),
    (Put, "/api/account/sheet", Account, "Keeps a recovery sheet in the place of the one before", one::<accounts::NewSheet>(), 204, Nothing),
    (Delete, "/api/account/sheet", Account, "Makes the sheet worthless", one::<accounts::PasswordShown>(), 204, Nothing),
    (Get, "/api/account/passkeys", Account, "One's passkeys", Nothing, 200, many::<accounts::Passkey>()),
    (Post, "/api/account/passkeys", Account, "Keeps a passkey that an authenticator has made", one::<accounts::NewPasskey>(), 204, Nothing),
    (Post, "/api/account/passkeys/begin", Account, "Begins the making of a passkey", one::<accounts::PasswordShown>(), 200, one::<accounts::PasskeyOffer>()),
    (Delete, "/api/account/passkeys/{id}", Account, "Takes a passkey away", Nothing, 204, Nothing),
    (Get, "/api/account/devices", Account, "The browsers that open the vault in the place of a password", Nothing, 200, many::<accounts::Device>()),
    (Post, "/api/account/devices", Account, "A browser is to open the vault", one::<accounts::NewDevice>(), 201, one::<accounts::DeviceMade>()),
    (Put, "/api/account/devices/{id}", Account, "Lets a browser in", one::<accounts::DeviceVault>(), 204, Nothing),
    (Delete, "/api/account/devices/{id}", Account, "Takes a browser away; `all` gives the vault up", Nothing, 204, Nothing),
    (Get, "/api/account/face", Account, "What one shows of oneself", Nothing, 200, one::<face::FaceKept>()),
    (Put, "/api/account/face", Account, "Changes it", one::<face::FaceChange>(), 200, one::<face::FaceKept>()),
    (Get, "/api/face", Administrator, "What the server shows of itself", Nothing, 200, one::<face::FaceKept>()),
    (Put, "/api/face", Administrator, "Changes it", one::<face::FaceChange>(), 200, one::<face::FaceKept>()),
    (Get, "/api/accounts", Administrator, "Everyone with an account", Nothing, 200, many::<accounts::Account>()),
    (Post, "/api/accounts", Anyone, "Makes an account out of an invitation", one::<accounts::NewAccount>(), 201, one::<accounts::SignedIn>()),
    (Patch, "/api/accounts/{id}", Administrator, "Lets someone sign in no more, or again", one::<accounts::AccountChange>(), 204, Nothing),
    (Post, "/api/passwords", Anyone, "Sets a forgotten password anew", one::<accounts::PasswordReset>(), 201, one::<accounts::SignedIn>()),
    (Post, "/api/sheets/look", Anyone, "What a recovery sheet opens", one::<accounts::SheetShown>(), 200, one::<accounts::SheetVault>()),
    (Post, "/api/invitations", Administrator, "Invites a host", one::<accounts::InvitationRequest>(), 201, one::<accounts::InvitationMade>()),
    (Post, "/api/invitations/look", Anyone, "What an invitation offers", one::<accounts::InvitationLook>(), 200, one::<accounts::InvitationShown>()),
    (Get, "/api/keys", Account, "One's keys for programs", Nothing, 200, many::<accounts::ApiKey>()),
    (Post, "/api/keys", Account, "Makes a key for a program", one::<accounts::NewApiKey>(), 201, one::<accounts::ApiKeyMade>()),
    (Delete, "/api/keys/{id}", Account, "Takes a key away", Nothing, 204, Nothing),
    (Get, "/api/hosts", Account, "Who may be made a deputy", Nothing, 200, many::<accounts::Host>()),
    (Get, "/api/rooms", READS, "The rooms that one leads", Nothing, 200, many::<rooms::Room>()),
    (Post, "/api/rooms", WRITES, "Makes a room", one::<rooms::NewRoom>(), 201, one::<rooms::Room>()),
    (Get, "/api/rooms/{id}", READS, "A room", Nothing, 200, one::<rooms::Room>()),
    (Patch, "/api/rooms/{id}", WRITES, "Changes a room; what is left out stays", one::<rooms::RoomChange>(), 200, one::<rooms::Room>()),
    (Delete, "/api/rooms/{id}", WRITES, "Deletes a room", Nothing, 204, Nothing),
    (Get, "/api/rooms/{id}/face", Account, "What a room shows of itself", Nothing, 200, one::<face::FaceKept>()),
    (Put, "/api/rooms/{id}/face", Account, "Changes it", one::<face::FaceChange>(), 200, one::<face::FaceKept>()),
    (Put, "/api/rooms/{id}/deputies/{account}", Account, "Makes someone a deputy", one::<rooms::NewDeputy>(), 204, Nothing),
    (Delete, "/api/rooms/{id}/deputies/{account}", Account, "Ends that", Nothing, 204, Nothing),
    (Post, "/api/rooms/{id}/links", WRITES, "Makes a link into a room", one::<rooms::NewRoomLink>(), 201, one::<rooms::RoomLink>()),
    (Delete, "/api/rooms/{id}/links/{link}", WRITES, "Takes a link back", Nothing, 204, Nothing),
    (Get, "/api/openapi.json", Anyone, "This description", Nothing, 200, Nothing),
];

const LOGIN: &str = "login";
const KEY: &str = "key";
const JSON: &str = "application/json";

/// The whole document, as it is kept in `docs/openapi.json`.
pub fn document() -> String {
    let mut schemas = Schemas::new();
    named::<http::Problem>(&mut schemas);
    let mut items: BTreeMap<&str, PathItem> = BTreeMap::new();
    for (method, path, who, summary, body, status, answer) in OPERATIONS {
        let operation = operation(method, path, *who, summary, (*body, *status, *answer), &mut schemas);
        let item = PathItem::new(method.clone(), operation);
        items.entry(path).or_default().merge_operations(item);
    }
    let mut paths = Paths::new();
    for (path, item) in items {
        paths.paths.insert(path.to_owned(), item);
    }
    let cookie = "The login, set by `POST /api/logins`; on loopback without TLS it is called `incamera`.";
    let login = ApiKey::Cookie(ApiKeyValue::with_description("__Host-incamera", cookie));
    let bearer = "A key that a host has made for a program, with its scopes.";
    let key = HttpBuilder::new().scheme(HttpAuthScheme::Bearer).description(Some(bearer)).build();
    let components = ComponentsBuilder::new()
        .schemas_from_iter(schemas.into_iter().collect::<BTreeMap<_, _>>())
        .security_scheme(LOGIN, SecurityScheme::ApiKey(login))
        .security_scheme(KEY, SecurityScheme::Http(key))
        .build();
    let description = "Rooms, links and accounts of an Incamera server. Requests that change something need the header \
        `X-Incamera: 1`. What is sealed is made and opened in hosts' browsers: docs/hosts.md says how. A refusal is a \
        problem document (RFC 9457) with a stable `code`.";
    let info = InfoBuilder::new()
        .title("Incamera")
        .version(env!("CARGO_PKG_VERSION"))
        .description(Some(description));
    let document = OpenApiBuilder::new().info(info.build()).paths(paths).components(Some(components)).build();
    let mut text = document.to_pretty_json().expect("a document is plain data");
    text.push('\n');
    text
}

fn operation(
    method: &HttpMethod,
    path: &str,
    who: Who,
    summary: &str,
    (body, status, answer): (What, u16, What),
    schemas: &mut Schemas,
) -> Operation {
    let mut operation = OperationBuilder::new().summary(Some(summary));
    for name in path.split('{').skip(1).filter_map(|rest| rest.split('}').next()) {
        operation = operation.parameter(parameter(name, ParameterIn::Path));
    }
    if *method != Get {
        operation = operation.parameter(parameter("X-Incamera", ParameterIn::Header));
    }
    if let Some(schema) = schema(body, schemas) {
        let content = ContentBuilder::new().schema(Some(schema)).build();
        let body = RequestBodyBuilder::new().content(JSON, content).required(Some(Required::True));
        operation = operation.request_body(Some(body.build()));
    }
    let mut done = ResponseBuilder::new().description(match status {
        201 => "It was made",
        204 => "It was done",
        _ => "The answer",
    });
    if let Some(schema) = schema(answer, schemas) {
        done = done.content(JSON, ContentBuilder::new().schema(Some(schema)).build());
    }
    let problem = ContentBuilder::new().schema(Some(Ref::from_schema_name("Problem"))).build();
    let refused = ResponseBuilder::new()
        .description("It was refused; `code` says why")
        .content("application/problem+json", problem);
    operation = operation.response(status.to_string(), done.build()).response("default", refused.build());
    if who != Anyone {
        operation = operation.security(SecurityRequirement::new(LOGIN, Vec::<String>::new()));
    }
    if let Who::Program(scope) = who {
        operation = operation.security(SecurityRequirement::new(KEY, [scope.as_str()]));
    }
    if who == Administrator {
        operation = operation.description(Some("For administrators"));
    }
    operation.build()
}

fn parameter(name: &str, place: ParameterIn) -> Parameter {
    ParameterBuilder::new()
        .name(name)
        .parameter_in(place)
        .required(Required::True)
        .schema(Some(ObjectBuilder::new().schema_type(Type::String)))
        .build()
}

fn schema(what: What, schemas: &mut Schemas) -> Option<RefOr<Schema>> {
    match what {
        Nothing => None,
        What::One(name) => Some(Ref::from_schema_name(name(schemas)).into()),
        What::Many(name) => {
            let list = ArrayBuilder::new().items(Ref::from_schema_name(name(schemas)));
            Some(Schema::Array(list.build()).into())
        }
    }
}

/// Types that are written as text of a kind.
macro_rules! text {
    ($($kind:ty, $name:literal, $pattern:literal, $says:literal;)*) => {$(
        impl PartialSchema for $kind {
            fn schema() -> RefOr<Schema> {
                let text = ObjectBuilder::new().schema_type(Type::String).pattern(Some($pattern));
                text.description(Some($says)).into()
            }
        }

        impl ToSchema for $kind {
            fn name() -> Cow<'static, str> {
                Cow::Borrowed($name)
            }
        }
    )*};
}

text! {
    MeetingId, "MeetingId", "^[0-9a-hjkmnp-tv-z]{5}(-[0-9a-hjkmnp-tv-z]{5}){2}$", "Fifteen characters of Crockford's base 32";
    AccountId, "AccountId", "^[0-9a-f]{32}$", "Sixteen random bytes";
    SealedBytes, "SealedBytes", "^[A-Za-z0-9+/_=-]*$", "Bytes in base64 that the server does not look into";
    secret::Proof, "Proof", "^[A-Za-z0-9_-]{43}$", "The server's half of a stretched password, base64url";
    secret::Salt, "Salt", "^[A-Za-z0-9_-]{22}$", "With what a password is stretched, base64url";
}
