using System.Globalization;
using AgentRuntime.Names;
using AgentRuntime.Secrets;
using AgentRuntime.Vaults.HashiCorp.Access;
using AgentRuntime.Vaults.HashiCorp.Calls;
using AgentRuntime.Vaults.HashiCorp.Client;
using AgentRuntime.Vaults.HashiCorp.Client.Api;

namespace AgentRuntime.Vaults.HashiCorp.Work;

/// <summary>Describes credentials in the key/value engine of version 2, without their values. Thread-safe.</summary>
/// <param name="names">Where credentials are.</param>
/// <param name="vault">How messages name the vault.</param>
internal sealed class KvDescribing(VaultNames names, string vault)
{
    /// <summary>How many requests one description makes at most: the metadata and the names of fields.</summary>
    public const int Uses = 2;

    /// <summary>One credential, or <c>null</c>.</summary>
    /// <exception cref="SecretStoreException">The vault cannot be asked, or refuses.</exception>
    public async ValueTask<SecretDescription?> DescribeAsync(VaultIdentity identity, CredentialName credential, Deadline deadline, CancellationToken cancellationToken)
    {
        using var response = await identity.SendAsync(KvV2.Metadata(names.Mount, names.Secret(credential)), deadline, cancellationToken);
        if (response.Status == 404 && !response.Says("no handler for route"))
        {
            return null;
        }

        if (!response.Succeeded)
        {
            throw FailureOf(response, credential, identity).ToException();
        }

        var metadata = KvMetadata.Read(response.Data);
        var now = deadline.Time.GetUtcNow();
        var versions = new List<SecretVersionDescription>(metadata.Versions.Count);
        foreach (var version in metadata.Versions)
        {
            var state = StateOf(version, now);
            var fields = FieldNames.Noted(metadata, version.Number);
            if (fields is null && state == SecretVersionState.Enabled && version.Number == metadata.Current)
            {
                fields = await FieldNames.AskAsync(identity, names, credential, deadline, cancellationToken);
            }

            versions.Add(new SecretVersionDescription(new CredentialVersion(version.Number.ToString(CultureInfo.InvariantCulture)), state, version.Created, fields ?? [], LastRead: null));
        }

        return versions.Count == 0 ? null : new SecretDescription(credential, versions[0].State == SecretVersionState.Enabled ? versions[0].Version : null, versions);
    }

    /// <summary>The names below the prefix, as far as this identity may list them; <c>null</c> when it may not.</summary>
    public async ValueTask<IReadOnlyList<CredentialName>?> NamesAsync(VaultIdentity identity, Deadline deadline, CancellationToken cancellationToken)
    {
        if (await KeysAsync(identity, names.Prefix, deadline, cancellationToken) is not { } servers)
        {
            return null;
        }

        var found = new List<CredentialName>();
        foreach (var server in servers.Where(static key => key.EndsWith('/')).Select(static key => key[..^1]).Where(Name.IsValid))
        {
            var scopes = await KeysAsync(identity, names.Prefix.Then(server), deadline, cancellationToken) ?? [];
            found.AddRange(scopes.Where(Name.IsValid).Select(scope => new CredentialName(new ServerName(server), new ScopeName(scope))));
        }

        return found;
    }

    private static SecretVersionState StateOf(KvVersion version, DateTimeOffset now) => version switch
    {
        { Destroyed: true } => SecretVersionState.Deleted,
        { Deletion: { } deletion } when deletion <= now => SecretVersionState.Disabled,
        _ => SecretVersionState.Enabled,
    };

    private async ValueTask<IReadOnlyList<string>?> KeysAsync(VaultIdentity identity, VaultPath folder, Deadline deadline, CancellationToken cancellationToken)
    {
        using var response = await identity.SendAsync(folder.IsEmpty ? VaultRequest.List(names.Mount.Then("metadata")) : KvV2.List(names.Mount, folder), deadline, cancellationToken);
        return response.Status switch
        {
            403 => null,
            404 when !response.Says("no handler for route") => [],
            _ when response.Succeeded => response.Data["keys"].Strings(),
            _ => throw VaultFailure.Of(response, vault, "listing credentials").ToException(),
        };
    }

    private VaultFailure FailureOf(VaultResponse response, CredentialName credential, VaultIdentity identity) => response.Status == 403
        ? new VaultFailure(SecretFailureKind.Denied, $"{vault} does not let {identity.Description} describe {credential}: its policy '{names.Policy(credential)}' is missing or does not grant its metadata. Run 'agentruntime vault plan' and have it applied.")
        : VaultFailure.Of(response, vault, $"describing {credential}");
}
