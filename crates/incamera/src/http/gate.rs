//! The one gate of the HTTP interface: whether someone may do this. What is done in a room passes the one in `rooms`.
//!
//! Whether a room, a link or a login is theirs is not asked here: those are looked up together with their owner, so that
//! somebody else's is not even found.

use incamera_protocol::{Rank, Refusal};

/// Who asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Standing {
    /// Nobody is signed in.
    Stranger,
    /// Someone with an account.
    Account(Rank),
}

/// What they want.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Act {
    /// Open a meeting that belongs to nobody.
    OpenMeeting,
    /// Stand before a meeting, and enter it.
    Enter,
    /// Sign in, or use an invitation.
    SignIn,
    /// See and end their own logins, read their own account, and change its password.
    KeepAccount,
    /// Make rooms and links, and look after them.
    KeepRooms,
    /// See all accounts, invite, disable.
    KeepServer,
}

/// Lets it pass, or refuses it.
pub(super) fn may(who: Standing, act: Act, open_rooms: bool) -> Result<(), Refusal> {
    match (act, who) {
        (Act::Enter | Act::SignIn, _) => Ok(()),
        (Act::OpenMeeting, _) if open_rooms => Ok(()),
        // Hosts make rooms of their own in its place.
        (Act::OpenMeeting, _) => Err(Refusal::MeetingNotAllowed),
        (Act::KeepAccount | Act::KeepRooms | Act::KeepServer, Standing::Stranger) => {
            Err(Refusal::LoginNeeded)
        }
        (Act::KeepAccount | Act::KeepRooms, Standing::Account(_)) => Ok(()),
        (Act::KeepServer, Standing::Account(Rank::Administrator)) => Ok(()),
        (Act::KeepServer, Standing::Account(Rank::Host)) => Err(Refusal::NotAllowed),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// ATK-01, the half of HTTP: the whole matrix, written by hand. The other half is in `rooms`.
    #[test]
    fn everyone_may_what_stands_here_and_nothing_else() {
        const STRANGER: Standing = Standing::Stranger;
        const HOST: Standing = Standing::Account(Rank::Host);
        const ADMINISTRATOR: Standing = Standing::Account(Rank::Administrator);
        let login = Err(Refusal::LoginNeeded);
        let closed = Err(Refusal::MeetingNotAllowed);
        for (act, stranger, host, administrator) in [
            (Act::OpenMeeting, closed, closed, closed),
            (Act::Enter, Ok(()), Ok(()), Ok(())),
            (Act::SignIn, Ok(()), Ok(()), Ok(())),
            (Act::KeepAccount, login, Ok(()), Ok(())),
            (Act::KeepRooms, login, Ok(()), Ok(())),
            (Act::KeepServer, login, Err(Refusal::NotAllowed), Ok(())),
        ] {
            for (who, verdict) in [(STRANGER, stranger), (HOST, host), (ADMINISTRATOR, administrator)] {
                assert_eq!(may(who, act, false), verdict, "{who:?} {act:?}");
                let open = if act == Act::OpenMeeting { Ok(()) } else { verdict };
                assert_eq!(may(who, act, true), open, "{who:?} {act:?} with open rooms");
            }
        }
    }
}
