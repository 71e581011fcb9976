using AgentRuntime.Credentials;
using AgentRuntime.Names;
using AgentRuntime.Runs;
using AgentRuntime.Secrets;

namespace AgentRuntime.TestKit.Mcp;

/// <summary>Leases for tests of transports, which no broker gave out.</summary>
public static class TestLease
{
    /// <summary>A lease of a one-field credential.</summary>
    public static Lease Of(string credential, string value, CredentialSpec spec, string version = "1") =>
        Of(Material(credential, version, (SecretMaterial.ValueField, value)), spec);

    /// <summary>A lease of this material, which it owns.</summary>
    public static Lease Of(SecretMaterial material, CredentialSpec spec) =>
        new($"lease_{material.Reference.Version}", material, spec, new CredentialUse(_ => ValueTask.FromResult<JournalCommit>(null!)));

    /// <summary>Material with these fields.</summary>
    public static SecretMaterial Material(string credential, string version, params (string Name, string Value)[] fields) =>
        new(
            new SecretRef(CredentialName.Parse(credential), new CredentialVersion(version)),
            fields.ToDictionary(field => field.Name, field => SecretValue.CopyUtf8(field.Value), StringComparer.Ordinal));

    /// <summary><c>Authorization: Bearer {value}</c>.</summary>
    public static CredentialSpec Bearer { get; } = new(CredentialType.Bearer, [new(AttachmentPlace.Header, "Authorization", "Bearer {value}")], null);

    /// <summary><c>Authorization: Basic</c>.</summary>
    public static CredentialSpec Basic { get; } = new(CredentialType.Basic, [new(AttachmentPlace.BasicHeader, string.Empty, "{username}:{password}")], null) { Fields = ["username", "password"] };

    /// <summary>One header.</summary>
    public static CredentialSpec Header(string name, string template = "{value}") => new(CredentialType.ApiKey, [new(AttachmentPlace.Header, name, template)], null);

    /// <summary>One query parameter.</summary>
    public static CredentialSpec Query(string name) => new(CredentialType.ApiKey, [new(AttachmentPlace.Query, name, "{value}")], null);

    /// <summary>One variable of the child's environment.</summary>
    public static CredentialSpec Environment(string name, string template = "{value}") => new(CredentialType.ApiKey, [new(AttachmentPlace.Environment, name, template)], null);

    /// <summary>One argument.</summary>
    public static CredentialSpec Argument(string template) => new(CredentialType.ApiKey, [new(AttachmentPlace.Argument, string.Empty, template)], null);
}
