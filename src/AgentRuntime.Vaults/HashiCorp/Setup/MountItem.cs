using System.Globalization;
using AgentRuntime.Vaults.HashiCorp.Client;
using AgentRuntime.Vaults.HashiCorp.Client.Api;

namespace AgentRuntime.Vaults.HashiCorp.Setup;

/// <summary>A secrets engine or an auth method at its mount. One of another type is never replaced.</summary>
/// <param name="mount">Where.</param>
/// <param name="type">The type, such as <c>kv</c>.</param>
/// <param name="version">The version of a key/value engine.</param>
/// <param name="isAuth">Whether it is an auth method.</param>
internal sealed class MountItem(VaultPath mount, string type, int? version = null, bool isAuth = false) : SetupItem($"{(isAuth ? "auth method" : "engine")} {mount}/")
{
    /// <inheritdoc/>
    public override IReadOnlyList<string> Lines { get; } = Describe(type, version);

    /// <inheritdoc/>
    public override async ValueTask<SetupState> LookAsync(VaultOperator vault, CancellationToken cancellationToken)
    {
        using var mounts = await vault.FindAsync(isAuth ? Sys.AuthMethods() : Sys.Mounts(), cancellationToken);
        var there = (mounts?.Data ?? default)[$"{mount}/"];
        if (!there.Exists)
        {
            return SetupState.Missing(Lines);
        }

        int? found = type == "kv" && int.TryParse(there["options"]["version"].Text() ?? "1", NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
        return SetupState.Compare(Lines, Describe(there["type"].Text() ?? "unknown", version is null ? null : found));
    }

    /// <inheritdoc/>
    public override async ValueTask WriteAsync(VaultOperator vault, CancellationToken cancellationToken)
    {
        if ((await LookAsync(vault, cancellationToken)).Status == SetupStatus.Different)
        {
            throw new Secrets.SecretStoreException(Secrets.SecretFailureKind.Conflict, $"There is something else at {mount}/ already, and it is not replaced. Name another mount in agentruntime.json.");
        }

        await vault.SendAsync(isAuth ? Sys.EnableAuth(mount, type) : Sys.EnableMount(mount, type, version), cancellationToken);
    }

    private static string[] Describe(string type, int? version) =>
        version is { } number ? [$"type = {type}", string.Create(CultureInfo.InvariantCulture, $"version = {number}")] : [$"type = {type}"];
}
