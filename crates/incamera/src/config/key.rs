//! The names of all settings, in their three spellings, and how a mistyped one is guessed.

/// A setting.
#[expect(clippy::enum_variant_names, reason = "a certificate's key is called a key everywhere")]
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Key {
    DataDir,
    Listen,
    MediaListen,
    MediaAnnounce,
    MetricsListen,
    PublicUrl,
    TlsCert,
    TlsKey,
    OpenRooms,
    TrustedProxy,
    MaxParticipants,
    MediaThreads,
    OidcIssuer,
    OidcClientId,
    OidcClientSecret,
    OidcName,
    OidcGroup,
}

impl Key {
    pub(crate) const ALL: [Self; 17] = [
        Self::DataDir,
        Self::Listen,
        Self::MediaListen,
        Self::MediaAnnounce,
        Self::MetricsListen,
        Self::PublicUrl,
        Self::TlsCert,
        Self::TlsKey,
        Self::OpenRooms,
        Self::TrustedProxy,
        Self::MaxParticipants,
        Self::MediaThreads,
        Self::OidcIssuer,
        Self::OidcClientId,
        Self::OidcClientSecret,
        Self::OidcName,
        Self::OidcGroup,
    ];

    /// As it stands in the file.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::DataDir => "data_dir",
            Self::Listen => "listen",
            Self::MediaListen => "media_listen",
            Self::MediaAnnounce => "media_announce",
            Self::MetricsListen => "metrics_listen",
            Self::PublicUrl => "public_url",
            Self::TlsCert => "tls_cert",
            Self::TlsKey => "tls_key",
            Self::OpenRooms => "open_rooms",
            Self::TrustedProxy => "trusted_proxy",
            Self::MaxParticipants => "max_participants",
            Self::MediaThreads => "media_threads",
            Self::OidcIssuer => "oidc_issuer",
            Self::OidcClientId => "oidc_client_id",
            Self::OidcClientSecret => "oidc_client_secret",
            Self::OidcName => "oidc_name",
            Self::OidcGroup => "oidc_group",
        }
    }

    /// As it stands in the environment.
    pub(crate) fn variable(self) -> String {
        format!("INCAMERA_{}", self.name().to_ascii_uppercase())
    }

    /// As it stands on the command line.
    pub(crate) fn option(self) -> String {
        format!("--{}", self.name().replace('_', "-"))
    }

    /// Whether it has a list of values.
    pub(super) fn is_list(self) -> bool {
        matches!(self, Self::MediaAnnounce | Self::TrustedProxy)
    }

    /// The key with this name in the file.
    pub(super) fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|key| key.name() == name)
    }
}

/// The known name that a mistyped one most likely stands for; none where no name is close.
pub(super) fn nearest<'a>(typed: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let typed = typed.to_ascii_lowercase().replace('-', "_");
    known
        .into_iter()
        .map(|name| (distance(&typed, &name.to_ascii_lowercase()), name))
        // A third of the letters wrong is still the same word; beyond that a guess would mislead.
        .filter(|&(distance, name)| distance <= name.len().div_ceil(3))
        .min_by_key(|&(distance, _)| distance)
        .map(|(_, name)| name)
}

/// Levenshtein's distance: how many letters must be put in, taken out or changed.
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, from) in a.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, &to) in b.iter().enumerate() {
            let changed = diagonal + usize::from(from != to);
            diagonal = row[j + 1];
            row[j + 1] = changed.min(row[j] + 1).min(diagonal + 1);
        }
    }
    row[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mistyped_name_is_guessed_and_a_foreign_one_is_not() {
        let names = || Key::ALL.map(Key::name);
        for (typed, meant) in [
            ("lisen", Some("listen")),
            ("Listen", Some("listen")),
            ("media-listen", Some("media_listen")),
            ("publicurl", Some("public_url")),
            ("tls_certificate", None),
            ("tls_crt", Some("tls_cert")),
            ("openrooms", Some("open_rooms")),
            ("colour", None),
            ("", None),
        ] {
            assert_eq!(nearest(typed, names()), meant, "{typed}");
        }
    }

    #[test]
    fn spellings_belong_together() {
        assert_eq!(Key::MediaListen.variable(), "INCAMERA_MEDIA_LISTEN");
        assert_eq!(Key::MediaListen.option(), "--media-listen");
        for key in Key::ALL {
            assert_eq!(Key::named(key.name()), Some(key));
        }
    }
}
