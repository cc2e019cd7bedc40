//! What the operator, a host and a room show of themselves, one over the other.

use std::collections::BTreeMap;
use std::sync::{Arc, PoisonError, RwLock};

use incamera_protocol::AccountId;
use incamera_protocol::http::face::{Face, FaceDraft, FaceKept, Legal, PictureKind, Texts};
use incamera_store::{Error, Room, Store, Wearer};

use crate::redirect;

/// The faces of a server. Its own is asked for with every page, so it is held in memory.
pub(crate) struct Faces {
    store: Store,
    server: RwLock<Arc<ServerFace>>,
}

/// The face that all others lie over.
pub(crate) struct ServerFace {
    pub(crate) face: Face,
    pub(crate) legal: Legal,
    /// The hosts to which guests may be led.
    pub(crate) allowed: Vec<String>,
    /// The face as it stands in every page: JSON in which nothing can end the element around it.
    pub(crate) in_page: String,
}

/// One face by itself.
#[derive(Default)]
struct Layer {
    draft: FaceDraft,
    pictures: BTreeMap<PictureKind, String>,
}

impl Faces {
    /// Reads the server's.
    pub(crate) async fn load(store: Store) -> Result<Self, Error> {
        let server = RwLock::new(Arc::new(ServerFace::of(layer(&store, &Wearer::Server).await?)));
        Ok(Self { store, server })
    }

    pub(crate) fn server(&self) -> Arc<ServerFace> {
        Arc::clone(&self.server.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// What guests of a room see, and what its host or itself want to be read. Nobody stays outside for a face that cannot
    /// be read.
    pub(crate) async fn of_room(&self, room: &Room) -> (Face, Legal) {
        let server = self.server();
        match self.layers(room).await {
            Ok(layers) => {
                let face = layers.iter().fold(server.face.clone(), |beneath, layer| layer.over(beneath));
                let legal = layers.iter().fold(Legal::default(), |beneath, layer| layer.legal_over(beneath));
                (led_only_to(&server.allowed, face), legal)
            }
            Err(error) => {
                tracing::error!("{error}");
                (server.face.clone(), Legal::default())
            }
        }
    }

    async fn layers(&self, room: &Room) -> Result<[Layer; 2], Error> {
        let host = layer(&self.store, &Wearer::Host(room.owner)).await?;
        Ok([host, layer(&self.store, &Wearer::Room(room.id.clone())).await?])
    }

    /// A face for who may change it: a room's lies over the one of its owner.
    pub(crate) async fn kept(&self, wearer: &Wearer, owner: AccountId) -> Result<FaceKept, Error> {
        let server = self.server();
        let own = layer(&self.store, wearer).await?;
        let beneath = match wearer {
            Wearer::Server => Face::default(),
            Wearer::Host(_) => server.face.clone(),
            Wearer::Room(_) => layer(&self.store, &Wearer::Host(owner)).await?.over(server.face.clone()),
        };
        Ok(FaceKept {
            own: own.over(Face::default()),
            draft: own.draft,
            beneath: led_only_to(&server.allowed, beneath),
            allowed_hosts: server.allowed.clone(),
        })
    }

    /// Writes down what was decided and checked.
    pub(crate) async fn put(
        &self,
        wearer: &Wearer,
        draft: &FaceDraft,
        pictures: &[(PictureKind, Option<Vec<u8>>)],
    ) -> Result<(), Error> {
        let json = serde_json::to_string(draft).map_err(|_| Error::Unreadable)?;
        self.store.put_face(wearer, &json, pictures).await?;
        if *wearer == Wearer::Server {
            let fresh = Arc::new(ServerFace::of(layer(&self.store, wearer).await?));
            *self.server.write().unwrap_or_else(PoisonError::into_inner) = fresh;
        }
        Ok(())
    }
}

async fn layer(store: &Store, wearer: &Wearer) -> Result<Layer, Error> {
    let Some(kept) = store.face(wearer).await? else { return Ok(Layer::default()) };
    let draft = serde_json::from_str(&kept.draft).map_err(|_| Error::Unreadable)?;
    Ok(Layer { draft, pictures: kept.pictures })
}

impl Layer {
    /// This face, with what it leaves out from the one beneath.
    fn over(&self, beneath: Face) -> Face {
        let draft = &self.draft;
        let picture = |kind| self.pictures.get(&kind).map(|id| format!("/pictures/{id}"));
        // A logo for dark ground belongs to the one for light ground, and both to their words.
        let (logo, logo_dark, logo_alt) = match picture(PictureKind::Logo) {
            Some(logo) => (Some(logo), picture(PictureKind::LogoDark), draft.logo_alt.clone()),
            None => (beneath.logo, beneath.logo_dark, either(&draft.logo_alt, beneath.logo_alt)),
        };
        Face {
            name: either(&draft.name, beneath.name),
            logo,
            logo_dark,
            logo_alt,
            icon: picture(PictureKind::Icon).or(beneath.icon),
            colour: draft.colour.or(beneath.colour),
            welcome: either(&draft.welcome, beneath.welcome),
            greeting: either(&draft.greeting, beneath.greeting),
            farewell: either(&draft.farewell, beneath.farewell),
            redirect: draft.redirect.clone().or(beneath.redirect),
        }
    }

    fn legal_over(&self, beneath: Legal) -> Legal {
        Legal {
            imprint: either(&self.draft.imprint, beneath.imprint),
            privacy: either(&self.draft.privacy, beneath.privacy),
        }
    }
}

impl ServerFace {
    fn of(layer: Layer) -> Self {
        let allowed = layer.draft.redirect_hosts.clone();
        let face = led_only_to(&allowed, layer.over(Face::default()));
        let in_page = serde_json::to_string(&face).unwrap_or_default().replace('<', "\\u003c");
        Self { legal: layer.legal_over(Legal::default()), face, allowed, in_page }
    }
}

/// A host that is not allowed any more is not led to either, whenever that was decided.
fn led_only_to(allowed: &[String], face: Face) -> Face {
    Face { redirect: face.redirect.filter(|target| redirect::target(target, allowed).is_ok()), ..face }
}

fn either(over: &Texts, beneath: Texts) -> Texts {
    if over.is_empty() { beneath } else { over.clone() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(name: &str) -> Texts {
        Texts { de: name.to_owned(), ..Texts::default() }
    }

    #[test]
    fn what_one_leaves_out_comes_from_beneath() {
        let server = Layer {
            draft: FaceDraft { name: named("Server"), farewell: named("Danke"), ..FaceDraft::default() },
            pictures: [(PictureKind::Logo, "1".to_owned()), (PictureKind::LogoDark, "2".to_owned())].into(),
        };
        let room =
            Layer { draft: FaceDraft { name: named("Raum"), ..FaceDraft::default() }, ..Layer::default() };
        let face = room.over(server.over(Face::default()));
        assert_eq!((face.name, face.farewell), (named("Raum"), named("Danke")));
        assert_eq!(face.logo_dark.as_deref(), Some("/pictures/2"));
        // A logo of its own is not mixed with one of somebody else.
        let room = Layer { pictures: [(PictureKind::Logo, "3".to_owned())].into(), ..Layer::default() };
        let face = room.over(server.over(Face::default()));
        assert_eq!((face.logo.as_deref(), face.logo_dark), (Some("/pictures/3"), None));
    }

    /// ATK-20: a name cannot end the element that carries it.
    #[test]
    fn nothing_ends_the_element_in_the_page() {
        let name = "</script><script>alert(1)</script><!--";
        let draft = FaceDraft { name: named(name), ..FaceDraft::default() };
        let in_page = ServerFace::of(Layer { draft, ..Layer::default() }).in_page;
        assert!(!in_page.contains('<'), "{in_page}");
        let face: Face = serde_json::from_str(&in_page).expect("JSON");
        assert_eq!(face.name.de, name);
    }

    /// ATK-26: what was allowed once is not for ever.
    #[test]
    fn a_host_that_is_allowed_no_more_is_not_led_to() {
        let face = Face { redirect: Some("https://a.example/".to_owned()), ..Face::default() };
        assert!(led_only_to(&["a.example".to_owned()], face.clone()).redirect.is_some());
        assert!(led_only_to(&["b.example".to_owned()], face).redirect.is_none());
    }
}
