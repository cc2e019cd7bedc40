//! What an operator shows of themselves: name, logo, colour and words. The server has one, and over it each host and each
//! room may have their own: what one of them leaves out is taken from beneath.

use serde::{Deserialize, Serialize};

/// One text, in each language. Where one is empty, guests read it in the next language that has it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Texts {
    /// In German.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    #[cfg_attr(feature = "typescript", ts(optional, as = "Option<String>"))]
    pub de: String,
    /// In easy German.
    #[serde(default, rename = "de-x-leicht", skip_serializing_if = "String::is_empty")]
    #[cfg_attr(feature = "typescript", ts(optional, rename = "de-x-leicht", as = "Option<String>"))]
    pub plain: String,
    /// In English.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    #[cfg_attr(feature = "typescript", ts(optional, as = "Option<String>"))]
    pub en: String,
}

impl Texts {
    /// Whether no language has it.
    pub fn is_empty(&self) -> bool {
        self.de.is_empty() && self.plain.is_empty() && self.en.is_empty()
    }
}

/// A colour as OKLCH has it (CSS Color 4 section 9.3), without its lightness: that is chosen by the client so that every
/// colour can be read, in light and in dark.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Colour {
    /// Its hue in degrees, 0 to 359.
    pub hue: u16,
    /// Its chroma in thousandths, 0 to 150.
    pub chroma: u16,
}

/// What visitors are shown.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Face {
    /// What it is called: 60 characters.
    #[serde(default, skip_serializing_if = "Texts::is_empty")]
    #[cfg_attr(feature = "typescript", ts(optional, as = "Option<Texts>"))]
    pub name: Texts,
    /// The logo on light ground, `/pictures/<id>`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub logo: Option<String>,
    /// The logo on dark ground; none where one does for both.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub logo_dark: Option<String>,
    /// What the logo shows, for those who do not see it: 120 characters.
    #[serde(default, skip_serializing_if = "Texts::is_empty")]
    #[cfg_attr(feature = "typescript", ts(optional, as = "Option<Texts>"))]
    pub logo_alt: Texts,
    /// The sign in the browser's tab.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub icon: Option<String>,
    /// The colour of what is pressed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub colour: Option<Colour>,
    /// What guests read at the door: Markdown of a few signs, 2,000 characters.
    #[serde(default, skip_serializing_if = "Texts::is_empty")]
    #[cfg_attr(feature = "typescript", ts(optional, as = "Option<Texts>"))]
    pub welcome: Texts,
    /// What guests read when they have come in: likewise.
    #[serde(default, skip_serializing_if = "Texts::is_empty")]
    #[cfg_attr(feature = "typescript", ts(optional, as = "Option<Texts>"))]
    pub greeting: Texts,
    /// What guests read when they have left: likewise.
    #[serde(default, skip_serializing_if = "Texts::is_empty")]
    #[cfg_attr(feature = "typescript", ts(optional, as = "Option<Texts>"))]
    pub farewell: Texts,
    /// Where guests are led after the meeting: an `https:` address on one of the hosts that the administrator allows. It is
    /// opened as it stands here; nothing is added.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub redirect: Option<String>,
}

/// Answer to `GET /api/legal`: what the law wants to be read before anything is entered.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Legal {
    /// Who answers for it: Markdown of a few signs, 20,000 characters.
    #[serde(default, skip_serializing_if = "Texts::is_empty")]
    #[cfg_attr(feature = "typescript", ts(optional, as = "Option<Texts>"))]
    pub imprint: Texts,
    /// What becomes of what is known of people: likewise.
    #[serde(default, skip_serializing_if = "Texts::is_empty")]
    #[cfg_attr(feature = "typescript", ts(optional, as = "Option<Texts>"))]
    pub privacy: Texts,
}

impl Legal {
    /// Whether nothing is written.
    pub fn is_empty(&self) -> bool {
        self.imprint.is_empty() && self.privacy.is_empty()
    }
}

/// What is decided of a face, but for its pictures.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct FaceDraft {
    /// As in `Face`.
    #[serde(default, skip_serializing_if = "Texts::is_empty")]
    #[cfg_attr(feature = "typescript", ts(optional, as = "Option<Texts>"))]
    pub name: Texts,
    /// As in `Face`.
    #[serde(default, skip_serializing_if = "Texts::is_empty")]
    #[cfg_attr(feature = "typescript", ts(optional, as = "Option<Texts>"))]
    pub logo_alt: Texts,
    /// As in `Face`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub colour: Option<Colour>,
    /// As in `Face`.
    #[serde(default, skip_serializing_if = "Texts::is_empty")]
    #[cfg_attr(feature = "typescript", ts(optional, as = "Option<Texts>"))]
    pub welcome: Texts,
    /// As in `Face`.
    #[serde(default, skip_serializing_if = "Texts::is_empty")]
    #[cfg_attr(feature = "typescript", ts(optional, as = "Option<Texts>"))]
    pub greeting: Texts,
    /// As in `Face`.
    #[serde(default, skip_serializing_if = "Texts::is_empty")]
    #[cfg_attr(feature = "typescript", ts(optional, as = "Option<Texts>"))]
    pub farewell: Texts,
    /// As in `Face`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub redirect: Option<String>,
    /// As in `Legal`.
    #[serde(default, skip_serializing_if = "Texts::is_empty")]
    #[cfg_attr(feature = "typescript", ts(optional, as = "Option<Texts>"))]
    pub imprint: Texts,
    /// As in `Legal`.
    #[serde(default, skip_serializing_if = "Texts::is_empty")]
    #[cfg_attr(feature = "typescript", ts(optional, as = "Option<Texts>"))]
    pub privacy: Texts,
    /// The hosts to which guests may be led after a meeting, such as `www.example.org`: 20 at most. The server's face only.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(feature = "typescript", ts(optional, as = "Option<Vec<String>>"))]
    pub redirect_hosts: Vec<String>,
}

/// Answer to `GET /api/face`, `GET /api/account/face` and `GET /api/rooms/{id}/face`: a face for who may change it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct FaceKept {
    /// What was decided.
    pub draft: FaceDraft,
    /// The same as visitors see it, with its pictures and without what comes from beneath.
    pub own: Face,
    /// What it lies over.
    pub beneath: Face,
    /// The hosts to which guests may be led.
    pub allowed_hosts: Vec<String>,
}

/// Body of `PUT` to the same addresses. What was decided before is replaced.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct FaceChange {
    /// What is decided now.
    pub draft: FaceDraft,
    /// Pictures that are new or taken away; the others stay.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(feature = "typescript", ts(optional, as = "Option<Vec<PictureChange>>"))]
    pub pictures: Vec<PictureChange>,
}

/// A picture, set or taken away.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct PictureChange {
    /// Which.
    pub kind: PictureKind,
    /// A PNG file, base64 (RFC 4648 section 4), 256 KiB before encoding and 1,024 pixels a side at most. None takes it away.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub png: Option<String>,
}

/// Which picture of a face.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub enum PictureKind {
    /// The logo on light ground.
    Logo,
    /// The logo on dark ground.
    LogoDark,
    /// The sign in the browser's tab.
    Icon,
}

impl PictureKind {
    /// How it is written down.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Logo => "logo",
            Self::LogoDark => "logoDark",
            Self::Icon => "icon",
        }
    }
}

impl std::str::FromStr for PictureKind {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let all = [Self::Logo, Self::LogoDark, Self::Icon];
        all.into_iter().find(|kind| kind.as_str() == text).ok_or(())
    }
}
