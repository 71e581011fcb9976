using AgentRuntime.Json;

namespace AgentRuntime.Workspaces;

/// <summary>Reads <c>secrets.vault.auth</c>.</summary>
internal static class VaultAuthParser
{
    private const string ServiceAccountToken = "/var/run/secrets/kubernetes.io/serviceaccount/token";

    private enum Method
    {
        AppRole,
        Kubernetes,
        Jwt,
        Certificate,
        TokenFile,
    }

    private static readonly Dictionary<string, Method> Methods = new(StringComparer.Ordinal)
    {
        ["approle"] = Method.AppRole,
        ["kubernetes"] = Method.Kubernetes,
        ["jwt"] = Method.Jwt,
        ["cert"] = Method.Certificate,
        ["token_file"] = Method.TokenFile,
    };

    /// <summary>The login, or <c>null</c> when something is wrong with it, which is reported.</summary>
    public static VaultAuthSettings? Read(ObjectReader reader, string root)
    {
        var method = reader.RequiredEnum("method", Methods);
        VaultAuthSettings? auth = method switch
        {
            Method.AppRole => AppRole(reader, root),
            Method.Kubernetes => Kubernetes(reader, root),
            Method.Jwt => Jwt(reader, root),
            Method.Certificate => Certificate(reader, root),
            Method.TokenFile => WorkspacePaths.Anywhere(reader, "path", root) is { } path ? new VaultAuthSettings.AgentToken(path) : null,
            _ => null,
        };
        if (method is not null)
        {
            reader.Done();
        }

        return auth;
    }

    private static VaultAuthSettings.AppRole? AppRole(ObjectReader reader, string root)
    {
        var mount = VaultPaths.Optional(reader, "mount") ?? "approle";
        var role = reader.RequiredString("role_id");
        var wrapped = reader.OptionalValue("wrapped_secret_id_file") is not null;
        if (wrapped && reader.OptionalValue("secret_id_file") is not null)
        {
            reader.Report("secret_id_file", Workflows.ProblemCodes.UnknownMember, "Both secret_id_file and wrapped_secret_id_file are there.", "Keep one of them.", key: true);
            return null;
        }

        var file = WorkspacePaths.Anywhere(reader, wrapped ? "wrapped_secret_id_file" : "secret_id_file", root);
        return role is null || file is null ? null : new VaultAuthSettings.AppRole(mount, role, file, wrapped);
    }

    private static VaultAuthSettings.Kubernetes? Kubernetes(ObjectReader reader, string root)
    {
        var mount = VaultPaths.Optional(reader, "mount") ?? "kubernetes";
        var role = reader.RequiredName("role");
        var file = reader.OptionalValue("token_file") is null ? ServiceAccountToken : WorkspacePaths.Anywhere(reader, "token_file", root);
        return role is null || file is null ? null : new VaultAuthSettings.Kubernetes(mount, role, file);
    }

    private static VaultAuthSettings.Jwt? Jwt(ObjectReader reader, string root)
    {
        var mount = VaultPaths.Optional(reader, "mount") ?? "jwt";
        var role = reader.OptionalName("role");
        return WorkspacePaths.Anywhere(reader, "token_file", root) is { } file ? new VaultAuthSettings.Jwt(mount, role, file) : null;
    }

    private static VaultAuthSettings.Certificate? Certificate(ObjectReader reader, string root)
    {
        var mount = VaultPaths.Optional(reader, "mount") ?? "cert";
        var name = reader.OptionalName("name");
        var certificate = WorkspacePaths.Anywhere(reader, "cert_file", root);
        var key = WorkspacePaths.Anywhere(reader, "key_file", root);
        return certificate is null || key is null ? null : new VaultAuthSettings.Certificate(mount, name, certificate, key);
    }
}
