using System.Globalization;
using System.Runtime.CompilerServices;
using AgentRuntime.Names;
using AgentRuntime.Secrets;
using AgentRuntime.Vaults.HashiCorp.Calls;
using AgentRuntime.Vaults.HashiCorp.Client;
using AgentRuntime.Vaults.HashiCorp.Client.Api;
using AgentRuntime.Vaults.HashiCorp.Setup;
using AgentRuntime.Workspaces;

namespace AgentRuntime.Vaults.HashiCorp.Checks;

/// <summary>Examines a vault with the runtime's own identity: reachable, unsealed, login, namespace, audit, and step tokens that are as narrow as asked.</summary>
internal sealed class VaultCheck(VaultParts parts)
{
    private static readonly SecretAccessContext Context = new() { Principal = "doctor", Purpose = "check" };

    /// <summary>One finding for each check.</summary>
    public async IAsyncEnumerable<StoreFinding> ExamineAsync(IReadOnlyCollection<CredentialName> known, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var reachable = await HealthAsync(cancellationToken);
        yield return reachable;
        if (reachable.Severity == StoreFindingSeverity.Bad)
        {
            yield break;
        }

        if (parts.Settings.Address.Scheme != Uri.UriSchemeHttps)
        {
            yield return StoreFinding.Warning("vault transport", "plain http to this machine; every process on it can read along", "Use https.");
        }

        if (parts.Settings.Tokens.Mode == VaultTokenMode.Inline)
        {
            yield return StoreFinding.Warning("vault step tokens", "mode inline: the runtime's own identity can read every credential, and the vault's log does not tell steps apart", "Use tokens.mode \"step\" unless the load forbids it.");
            yield break;
        }

        var login = await LoginAsync(cancellationToken);
        yield return login;
        if (login.Severity == StoreFindingSeverity.Bad)
        {
            yield break;
        }

        yield return await AuditAsync(cancellationToken);
        await foreach (var finding in TokensAsync(known, cancellationToken))
        {
            yield return finding;
        }

        await foreach (var finding in WidthAsync(known, cancellationToken))
        {
            yield return finding;
        }
    }

    private async IAsyncEnumerable<StoreFinding> WidthAsync(IReadOnlyCollection<CredentialName> known, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (await parts.Runtime.HoldAsync(parts.Calls.Begin(), cancellationToken) is not { Token: { } held })
        {
            yield break;
        }

        using var token = held.Lend();
        var vault = new VaultOperator(parts.Calls.Client, token, "the runtime's identity", parts.Settings.Timeout);
        await foreach (var finding in SetupCheck.ExamineAsync(VaultSetupSettings.OptionsOf(parts.Settings, known, VaultSetupExtras.None), vault, cancellationToken))
        {
            yield return finding;
        }
    }

    private async Task<StoreFinding> HealthAsync(CancellationToken cancellationToken)
    {
        // Asked once and not again: the status of a standby would be tried until the time is over.
        using var response = await parts.Calls.Client.SendAsync(Sys.Health(), token: null, parts.Settings.Timeout, cancellationToken);
        if (response.Status == 0)
        {
            return StoreFinding.Bad("vault", response.NoAnswer ?? "no answer", "See the message.");
        }

        var health = HealthReport.Read(response);
        return response.Status switch
        {
            200 => StoreFinding.Good("vault", $"{parts.Settings.Address} answers, version {health.Version}"),
            429 or 473 => StoreFinding.Good("vault", $"{parts.Settings.Address} is a standby that answers, version {health.Version}"),
            501 => StoreFinding.Bad("vault", "the vault was never initialised", "Initialise it: vault operator init."),
            503 when health.Sealed => StoreFinding.Bad("vault", "the vault is sealed", "Have an operator unseal it."),
            _ => StoreFinding.Bad("vault", string.Create(CultureInfo.InvariantCulture, $"the health check answers {response.Status}"), "Check that the address is that of a vault."),
        };
    }

    private async Task<StoreFinding> LoginAsync(CancellationToken cancellationToken)
    {
        var (held, failure) = await parts.Runtime.HoldAsync(parts.Calls.Begin(), cancellationToken);
        if (held is null)
        {
            return StoreFinding.Bad("vault login", failure!.Message, "See docs/providers/vault.md, troubleshooting.");
        }

        using var response = await parts.Runtime.SendAsync(Tokens.LookupSelf(), parts.Calls.Begin(), cancellationToken);
        if (!response.Succeeded)
        {
            return response.Status == 403
                ? StoreFinding.Warning("vault login", "works, but the identity may not look itself up", "Grant read on auth/token/lookup-self.")
                : StoreFinding.Bad("vault login", VaultFailure.Of(response, parts.Calls.Client.Description, "looking up the runtime's token").Message, "See the message.");
        }

        var ttl = response.Data["ttl"].Number() ?? 0;
        return response.Data["policies"].Strings().Contains("root", StringComparer.Ordinal)
            ? StoreFinding.Bad("vault login", "the runtime's identity has the root policy, so it can do everything", "Give it the runtime policy alone: see 'agentruntime vault plan'.")
            : StoreFinding.Good("vault login", ttl == 0 ? "works; the token does not expire" : string.Create(CultureInfo.InvariantCulture, $"works; the token lives {ttl} s more and is renewed"));
    }

    private async Task<StoreFinding> AuditAsync(CancellationToken cancellationToken)
    {
        using var response = await parts.Runtime.SendAsync(Sys.AuditDevices(), parts.Calls.Begin(), cancellationToken);
        var devices = response.Data.Members().Count;
        return response switch
        {
            { Succeeded: true } when devices > 0 => StoreFinding.Good("vault audit", string.Create(CultureInfo.InvariantCulture, $"{devices} audit devices")),
            { Succeeded: true } => StoreFinding.Bad("vault audit", "the vault has no audit device, so nobody can tell afterwards who read what", "Have an operator enable one: vault audit enable file file_path=/var/log/vault/audit.log"),
            _ => StoreFinding.Warning("vault audit", "the runtime's identity may not list audit devices (it need not)", "Let an operator check: vault audit list"),
        };
    }

    private async IAsyncEnumerable<StoreFinding> TokensAsync(IReadOnlyCollection<CredentialName> known, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var good = 0;
        foreach (var credential in known.OrderBy(static name => name.ToString(), StringComparer.Ordinal))
        {
            var (access, failure, _) = await parts.Tokens.MintAsync(credential, Context, parts.UsesOf(credential), parts.Calls.Begin(), cancellationToken);
            if (access is null)
            {
                yield return StoreFinding.Bad($"vault step token {credential}", failure!.Message, "Run 'agentruntime vault plan' and have it applied.");
                continue;
            }

            good++;
            parts.Tokens.End(access);
        }

        if (good > 0)
        {
            yield return StoreFinding.Good("vault step tokens", string.Create(CultureInfo.InvariantCulture, $"minted for {good} credentials, each with its one policy"));
        }
    }
}
