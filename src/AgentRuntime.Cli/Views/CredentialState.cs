using AgentRuntime.Cli.Composition;
using AgentRuntime.Secrets;

namespace AgentRuntime.Cli.Views;

/// <summary>One credential: what the manifests say of it and what the store holds.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Known">What the manifests say, or <c>null</c> when none names it.</param>
/// <param name="Stored">What the store holds, or <c>null</c>.</param>
internal sealed record CredentialState(string Name, KnownCredential? Known, SecretDescription? Stored)
{
    /// <summary>The version that a read gives.</summary>
    public SecretVersionDescription? Current => Stored?.Versions.FirstOrDefault(version => version.Version == Stored.Current);

    /// <summary>Fields that are needed and not there, as far as the store knows fields without their values.</summary>
    public IReadOnlyList<string> MissingFields => Known is null || Current is null or { Fields: [] } ? [] : [.. Known.Fields.Except(Current.Fields, StringComparer.Ordinal)];

    /// <summary><c>ok</c>, <c>incomplete</c>, <c>missing</c>, <c>disabled</c>, <c>deleted</c>.</summary>
    public string Status
    {
        get
        {
            if (Current is not null)
            {
                return MissingFields.Count > 0 ? "incomplete" : "ok";
            }

            return Stored?.Versions is [var newest, ..] ? StateWord(newest.State) : "missing";
        }
    }

    /// <summary>When a value was last read.</summary>
    public DateTimeOffset? LastRead => Stored?.Versions.Max(version => version.LastRead);

    /// <summary>The word for a version's state.</summary>
    public static string StateWord(SecretVersionState state) => state switch
    {
        SecretVersionState.Enabled => "enabled",
        SecretVersionState.Disabled => "disabled",
        _ => "deleted",
    };

    /// <summary>Joins what is known and what is stored.</summary>
    public static IReadOnlyList<CredentialState> Join(CredentialCatalog catalog, IReadOnlyList<SecretDescription> stored) =>
    [
        .. catalog.All.Select(known => known.Name).Union(stored.Select(one => one.Credential))
            .Select(name => new CredentialState(name.ToString(), catalog.Find(name), stored.FirstOrDefault(one => one.Credential == name)))
            .OrderBy(one => one.Name, StringComparer.Ordinal),
    ];
}
