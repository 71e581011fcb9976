using System.Runtime.CompilerServices;
using AgentRuntime.Names;
using AgentRuntime.Secrets;
using AgentRuntime.Vaults.Azure.Values;
using AgentRuntime.Vaults.Azure.Wire;
using AgentRuntime.Workspaces;
using Azure.Security.KeyVault.Secrets;

namespace AgentRuntime.Vaults.Azure.Work;

/// <summary>Examines the set-up: reachable, known, and allowed to read what the workspace names and nothing else. Changes nothing. Thread-safe.</summary>
internal sealed class StoreExamination(KeyVault vault, VersionListing listing, KeyVaultName names, AzureSecretSettings settings)
{
    private const string Least = "Assign 'Key Vault Secrets User' on each secret that the workspace names, and nothing on the vault. See docs/providers/azure.md.";

    // No version has this id; a change of it is refused for what it is, or for want of the right to change.
    private const string NoVersion = "00000000000000000000000000000000";

    private static readonly SecretAccessContext Context = new() { Principal = "doctor", Purpose = "check" };

    /// <summary>One finding for each check. Checks that need the vault end when it cannot be reached.</summary>
    public async IAsyncEnumerable<StoreFinding> ExamineAsync(IReadOnlyCollection<CredentialName> known, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (TokenFile() is { } file)
        {
            yield return file;
        }

        var (all, refusal) = await listing.NamesAsync(Context, cancellationToken);
        if (refusal is { IsByRights: false })
        {
            yield return StoreFinding.Bad("key vault", refusal.Message, "Mend this first; the other checks need the vault.");
            yield break;
        }

        yield return all is null
            ? StoreFinding.Good("key vault list", "reached over verified TLS; the identity gets a token and may not list the vault's secrets")
            : StoreFinding.Warning("key vault list", "wider than needed: this identity may list every secret of the vault", Least);

        string? recovery = null;
        foreach (var name in known.OrderBy(name => name.ToString(), StringComparer.Ordinal))
        {
            var place = new SecretPlace(name, names.Encode(name));
            var (finding, level) = await ReadAsync(place, cancellationToken);
            recovery ??= level;
            yield return finding;
            if (await MayChangeAsync(place, cancellationToken))
            {
                yield return StoreFinding.Warning($"key vault change {name}", $"wider than needed: this identity may change the secret '{place.Name}'", Least);
            }
        }

        if (await MayChangeAsync(new SecretPlace(default, $"{settings.Prefix}doctor-probe"), cancellationToken))
        {
            yield return StoreFinding.Warning("key vault change", "wider than needed: this identity may change secrets of the vault that nobody named", Least);
        }

        if (recovery is not null)
        {
            yield return Recovery(recovery);
        }
    }

    private static StoreFinding Recovery(string level) => level switch
    {
        _ when !level.Contains("Recoverable", StringComparison.OrdinalIgnoreCase) => StoreFinding.Warning("key vault recovery", "soft delete is off: a deleted secret is gone at once", "Turn soft delete on."),
        _ when level.Contains("Purgeable", StringComparison.OrdinalIgnoreCase) => StoreFinding.Warning("key vault recovery", "purge protection is off: whoever may purge can end a secret for good", "Turn purge protection on: az keyvault update --enable-purge-protection true"),
        _ => StoreFinding.Good("key vault recovery", "soft delete and purge protection are on"),
    };

    private async ValueTask<(StoreFinding Finding, string? Recovery)> ReadAsync(SecretPlace place, CancellationToken cancellationToken)
    {
        var check = $"key vault {place.Credential}";
        if (place.Refusal is { } refusal)
        {
            return (StoreFinding.Bad(check, refusal.Message, "Shorten the name."), null);
        }

        using var call = new VaultCall(Context);
        var (secret, failure) = await vault.RunAsync(call, place.What, async (client, token) => (await client.GetSecretAsync(place.Name, null, token)).Value, cancellationToken);
        return failure switch
        {
            null => (StoreFinding.Good(check, $"can be read, as '{place.Name}'"), secret!.Properties.RecoveryLevel),
            { Kind: SecretFailureKind.Missing } => (StoreFinding.Warning(check, failure.Message, $"Store it as an operator, with 'agentruntime credentials set {place.Credential}' or with 'az keyvault secret set --name {place.Name}'."), null),
            _ => (StoreFinding.Bad(check, failure.Message, "See the message."), null),
        };
    }

    private async ValueTask<bool> MayChangeAsync(SecretPlace place, CancellationToken cancellationToken)
    {
        if (place.Refusal is not null)
        {
            return false;
        }

        using var call = new VaultCall(Context);
        var nothing = new SecretProperties(new Uri(settings.VaultUrl, $"/secrets/{place.Name}/{NoVersion}"));
        var (_, failure) = await vault.RunAsync(call, place.What, async (client, token) => (await client.UpdateSecretPropertiesAsync(nothing, token)).Value, cancellationToken);
        return failure is null or { Kind: SecretFailureKind.Missing };
    }

    private StoreFinding? TokenFile()
    {
        const UnixFileMode Others = UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.GroupWrite;
        return settings.Auth is AzureIdentitySettings.WorkloadIdentity workload && !OperatingSystem.IsWindows() && File.Exists(workload.TokenFile) && (File.GetUnixFileMode(workload.TokenFile) & Others) != UnixFileMode.None
            ? StoreFinding.Warning("key vault token file", $"other users of this machine can read or change {workload.TokenFile}", "In a container of its own this is usual. On a shared machine, give the file to this user alone.")
            : null;
    }
}
