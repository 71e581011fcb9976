using AgentRuntime.Cli.Errors;
using AgentRuntime.Credentials;
using AgentRuntime.Names;

namespace AgentRuntime.Cli.Composition;

/// <summary>Every credential that the manifests name, and who may use it.</summary>
internal sealed class CredentialCatalog
{
    private readonly SortedDictionary<string, KnownCredential> _byName = new(StringComparer.Ordinal);

    public CredentialCatalog(IEnumerable<ServerManifest> servers, GrantSet grants)
    {
        var uses = servers.SelectMany(server => server.Credentials.Select(pair => (Server: server, Scope: pair.Key, Spec: pair.Value)));
        foreach (var group in uses.GroupBy(use => use.Server.CredentialFor(use.Scope)))
        {
            var all = group.ToArray();
            _byName[group.Key.ToString()] = new KnownCredential(
                group.Key,
                all[0].Spec.Type,
                [.. all.SelectMany(use => use.Spec.Fields).Distinct(StringComparer.Ordinal)],
                [.. all.Select(use => $"{use.Server.Name}/{use.Scope}").Order(StringComparer.Ordinal)],
                all.Any(use => use.Spec.Shared is not null),
                [.. all.SelectMany(use => grants.Grants.Where(grant => grant.Server == use.Server.Name && grant.Scopes.Contains(use.Scope)).Select(grant => grant.Workflow.Value)).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)]);
        }
    }

    /// <summary>All, by name.</summary>
    public IReadOnlyCollection<KnownCredential> All => _byName.Values;

    /// <summary>All names, in order.</summary>
    public IReadOnlyCollection<CredentialName> Names => [.. _byName.Values.Select(known => known.Name)];

    /// <summary>The credential, or <c>null</c> when no manifest names it.</summary>
    public KnownCredential? Find(CredentialName name) => _byName.GetValueOrDefault(name.ToString());

    /// <summary>The credential that a manifest must name.</summary>
    public KnownCredential Require(CredentialName name) => Find(name) ?? throw Unknown(name);

    /// <summary>Says which names there are.</summary>
    public CliException Unknown(CredentialName name) => new(
        ExitCode.BadInput,
        "unknown_credential",
        $"No server manifest has a credential {name}.",
        Suggestion.Hint(name.ToString(), _byName.Keys, "credentials"));
}
