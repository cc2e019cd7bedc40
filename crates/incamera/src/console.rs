//! What the operator does at the console. The server may run meanwhile: both speak to the same database.

use std::io::Write;

use anyhow::{Context, Result, bail};
use incamera_protocol::Rank;
use incamera_protocol::http::accounts::InvitationRequest;
use incamera_store::{Account, Store};

use crate::arguments::{Command, Host};
use crate::config::{Config, LOCALHOST_PORT, Listen};
use crate::data_dir::DataDir;
use crate::{http, serve};

/// Carries out a command that is not `serve`.
pub(crate) async fn run(config: &Config, command: Command) -> Result<()> {
    let data = DataDir::open(&config.data_dir)?;
    if let Command::Restore { file, .. } = &command {
        let kept =
            incamera_store::restore(data.path(), file).await.context("the copy was not put in place")?;
        return match kept {
            Some(kept) => say(&format!("Restored. What was there before is kept as {}", kept.display())),
            None => say("Restored."),
        };
    }
    let secret = data.secret()?;
    let store = data.store(&secret).await?;
    let done = match command {
        Command::Host(host) => keep_hosts(config, &store, host).await,
        Command::Backup { file, .. } => {
            store.backup(&file).await.context("no copy was made")?;
            say(&format!(
                "Written to {}. Keep it apart from secret.key, without which it cannot be read.",
                file.display()
            ))
        }
        Command::Serve(_) | Command::Restore { .. } => Ok(()),
    };
    store.close().await;
    done
}

async fn keep_hosts(config: &Config, store: &Store, command: Host) -> Result<()> {
    match command {
        Host::Add { administrator, .. } => {
            let rank = if administrator { Rank::Administrator } else { Rank::Host };
            invite(config, store, InvitationRequest { rank, account: None }).await
        }
        Host::List { .. } => {
            for Account { login, name, rank, disabled, .. } in store.accounts().await? {
                let state = if disabled { "disabled" } else { "active" };
                say(&format!("{login}\t{name}\t{}\t{state}", rank.as_str()))?;
            }
            Ok(())
        }
        Host::Disable { name, .. } => {
            store.set_disabled(named(store, &name).await?.id, true).await?;
            say(&format!("{name} is signed out everywhere and cannot sign in any more."))
        }
        Host::Enable { name, .. } => {
            store.set_disabled(named(store, &name).await?.id, false).await?;
            say(&format!("{name} can sign in again."))
        }
        Host::Reset { name, .. } => {
            let Account { id, rank, .. } = named(store, &name).await?;
            invite(config, store, InvitationRequest { rank, account: Some(id) }).await
        }
    }
}

async fn named(store: &Store, name: &str) -> Result<Account> {
    match store.account_named(name).await? {
        Some((account, _)) => Ok(account),
        None => bail!("nobody signs in as {name}; `incamera host list` lists all accounts"),
    }
}

async fn invite(config: &Config, store: &Store, request: InvitationRequest) -> Result<()> {
    let made = http::invite(store, request).await?;
    let listens = match config.listen {
        Listen::At(address) => address,
        Listen::Localhost => ([127, 0, 0, 1], LOCALHOST_PORT).into(),
    };
    let home = serve::address_to_open(config, Some(listens));
    say(&format!("{home}/host#i={}", made.invitation))?;
    say("It works once, within three days. Give it to nobody else.")
}

fn say(line: &str) -> Result<()> {
    writeln!(std::io::stdout().lock(), "{line}").context("cannot write to standard output")
}
