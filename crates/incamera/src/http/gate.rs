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
    /// A program with a key of someone's.
    Program { reads: bool, writes: bool },
}

/// What they want.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Act {
    /// Open a meeting that belongs to nobody.
    OpenMeeting,
    /// Stand before a meeting, and enter it.
    Enter,
    /// See, withdraw or delete what one agreed to, by one's receipt.
    ShowReceipt,
    /// Sign in, or use an invitation.
    SignIn,
    /// What only a person does: logins, passwords, keys, faces, deputies.
    KeepAccount,
    /// See rooms.
    ReadRooms,
    /// Make rooms and links, and look after them.
    KeepRooms,
    /// See all accounts, invite, disable.
    KeepServer,
}

/// Lets it pass, or refuses it.
pub(super) fn may(who: Standing, act: Act, open_rooms: bool) -> Result<(), Refusal> {
    match (act, who) {
        (Act::Enter | Act::ShowReceipt | Act::SignIn, _) => Ok(()),
        (Act::OpenMeeting, _) if open_rooms => Ok(()),
        // Hosts make rooms of their own in its place.
        (Act::OpenMeeting, _) => Err(Refusal::MeetingNotAllowed),
        (Act::KeepAccount | Act::ReadRooms | Act::KeepRooms | Act::KeepServer, Standing::Stranger) => {
            Err(Refusal::LoginNeeded)
        }
        (Act::KeepAccount | Act::ReadRooms | Act::KeepRooms, Standing::Account(_)) => Ok(()),
        (Act::ReadRooms, Standing::Program { reads: true, .. })
        | (Act::KeepRooms, Standing::Program { writes: true, .. }) => Ok(()),
        (_, Standing::Program { .. }) => Err(Refusal::NotAllowed),
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
        const READS: Standing = Standing::Program { reads: true, writes: false };
        const WRITES: Standing = Standing::Program { reads: false, writes: true };
        let never = Err(Refusal::NotAllowed);
        for (act, stranger, host, administrator, reads, writes) in [
            (Act::OpenMeeting, closed, closed, closed, closed, closed),
            (Act::Enter, Ok(()), Ok(()), Ok(()), Ok(()), Ok(())),
            (Act::ShowReceipt, Ok(()), Ok(()), Ok(()), Ok(()), Ok(())),
            (Act::SignIn, Ok(()), Ok(()), Ok(()), Ok(()), Ok(())),
            (Act::KeepAccount, login, Ok(()), Ok(()), never, never),
            (Act::ReadRooms, login, Ok(()), Ok(()), Ok(()), never),
            (Act::KeepRooms, login, Ok(()), Ok(()), never, Ok(())),
            (Act::KeepServer, login, never, Ok(()), never, never),
        ] {
            for (who, verdict) in [
                (STRANGER, stranger),
                (HOST, host),
                (ADMINISTRATOR, administrator),
                (READS, reads),
                (WRITES, writes),
            ] {
                assert_eq!(may(who, act, false), verdict, "{who:?} {act:?}");
                let open = if act == Act::OpenMeeting { Ok(()) } else { verdict };
                assert_eq!(may(who, act, true), open, "{who:?} {act:?} with open rooms");
            }
        }
    }
}
