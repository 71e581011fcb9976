using AgentRuntime.Names;

namespace AgentRuntime.Audit.Reconciliation;

/// <summary>Tells the places of credentials from all other paths of a vault. KV version 1 and 2.</summary>
internal sealed class VaultPaths
{
    // What a KV engine of version 2 keeps beside its data; no server is called so when the credentials have no folder of their own.
    private static readonly string[] Reserved = ["data", "metadata", "delete", "undelete", "destroy", "subkeys", "config"];

    private readonly bool _hasFolder;
    private readonly string _version1;
    private readonly string _version2;
    private readonly string _metadata;
    private readonly HashSet<string> _others;

    public VaultPaths(VaultAuditOptions options)
    {
        var mount = options.Mount.Trim('/');
        var prefix = options.Prefix.Trim('/');
        var folder = prefix.Length == 0 ? string.Empty : prefix + "/";
        _hasFolder = folder.Length > 0;
        _version1 = $"{mount}/{folder}";
        _version2 = $"{mount}/data/{folder}";
        _metadata = $"{mount}/metadata/";
        _others = options.Paths.Select(static path => path.Trim('/')).ToHashSet(StringComparer.Ordinal);
    }

    /// <summary>The credential at a path, or <c>null</c>.</summary>
    public CredentialName? CredentialAt(string path) =>
        Below(path, _version2) ?? (Below(path, _version1) is { } name && (_hasFolder || !Reserved.Contains(name.Server.Value, StringComparer.Ordinal)) ? name : null);

    /// <summary>Whether a request is one for a value, given that its token is one of the runtime or not.</summary>
    /// <param name="path">The path.</param>
    /// <param name="operation">What was asked for.</param>
    /// <param name="engine">The kind of engine, if the log says it.</param>
    /// <param name="isOfRuntime">Whether the token says that the runtime made it.</param>
    public bool IsForValue(string path, string? operation, string? engine, bool isOfRuntime)
    {
        if (_others.Contains(path.Trim('/')))
        {
            // Many engines give what they make as the answer to a write; a KV engine never gives a value back that is written.
            return operation == "read" || (operation is "update" or "create" && engine != "kv");
        }

        var reads = operation == "read" || (operation == "update" && path.Contains("/decrypt/", StringComparison.Ordinal));
        return reads && (CredentialAt(path) is not null || (isOfRuntime && !IsOfSystem(path)));
    }

    /// <summary>Whether a request gives no credential itself: a decryption, a look at the metadata of the KV engine.</summary>
    public bool IsBeside(string path, string? operation) =>
        CredentialAt(path) is null && (operation != "read" || path.StartsWith(_metadata, StringComparison.Ordinal));

    private static bool IsOfSystem(string path) =>
        path.StartsWith("auth/", StringComparison.Ordinal) || path.StartsWith("sys/", StringComparison.Ordinal)
        || path.StartsWith("identity/", StringComparison.Ordinal) || path.StartsWith("cubbyhole/", StringComparison.Ordinal);

    private static CredentialName? Below(string path, string folder) =>
        path.StartsWith(folder, StringComparison.Ordinal) && CredentialName.TryParse(path[folder.Length..].TrimEnd('/'), out var name) ? name : null;
}
