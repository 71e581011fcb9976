using System.Globalization;
using AgentRuntime.Vaults.HashiCorp.Client;
using AgentRuntime.Vaults.HashiCorp.Client.Api;

namespace AgentRuntime.Vaults.HashiCorp.Setup;

/// <summary>The role by which the runtime logs in: its token has the runtime's policy and no other, and is renewed for a day at most.</summary>
internal sealed class LoginRoleItem : SetupItem
{
    private static readonly TimeSpan Ttl = TimeSpan.FromMinutes(20);
    private static readonly TimeSpan MaxTtl = TimeSpan.FromHours(24);
    private readonly VaultSetupOptions _options;

    /// <summary>The role of AppRole or Kubernetes.</summary>
    public LoginRoleItem(VaultSetupOptions options)
        : base($"login role {options.Login.Mount}/{options.Login.Role}")
    {
        _options = options;
        Lines =
        [
            $"token_policies = {string.Join(", ", options.LoginPolicies)}",
            "token_no_default_policy = true",
            $"token_ttl = {Tokens.Seconds(Ttl)}",
            $"token_max_ttl = {Tokens.Seconds(MaxTtl)}",
            .. Bound(options.Login),
        ];
    }

    /// <inheritdoc/>
    public override IReadOnlyList<string> Lines { get; }

    /// <inheritdoc/>
    public override async ValueTask<SetupState> LookAsync(VaultOperator vault, CancellationToken cancellationToken)
    {
        var login = _options.Login;
        using var found = await vault.FindAsync(AppRoles.ReadRole(login.Mount, login.Role), cancellationToken);
        if (found is null)
        {
            return SetupState.Missing(Lines);
        }

        var data = found.Data;
        List<string> lines =
        [
            $"token_policies = {string.Join(", ", data["token_policies"].Strings().Order(StringComparer.Ordinal))}",
            $"token_no_default_policy = {Word(data["token_no_default_policy"])}",
            $"token_ttl = {Seconds(data["token_ttl"])}",
            $"token_max_ttl = {Seconds(data["token_max_ttl"])}",
        ];
        if (login is RuntimeLogin.AppRole)
        {
            using var id = await vault.FindAsync(AppRoles.ReadRoleId(login.Mount, login.Role), cancellationToken);
            lines.Add($"role_id = {id?.Data["role_id"].Text()}");
            lines.Add($"bind_secret_id = {Word(data["bind_secret_id"])}");
        }
        else
        {
            lines.Add($"bound_service_account_names = {string.Join(", ", data["bound_service_account_names"].Strings())}");
            lines.Add($"bound_service_account_namespaces = {string.Join(", ", data["bound_service_account_namespaces"].Strings())}");
        }

        return SetupState.Compare(Lines, lines);
    }

    /// <inheritdoc/>
    public override async ValueTask WriteAsync(VaultOperator vault, CancellationToken cancellationToken)
    {
        var login = _options.Login;
        await vault.SendAsync(AppRoles.WriteRole(login.Mount, login.Role, Write), cancellationToken);
        if (login is RuntimeLogin.AppRole approle)
        {
            await vault.SendAsync(VaultRequest.Post(AppRoles.RolePath(login.Mount, login.Role).Then("role-id"), body => body.Json.WriteString("role_id", approle.RoleId)), cancellationToken);
        }
    }

    private static string[] Bound(RuntimeLogin login) => login switch
    {
        RuntimeLogin.AppRole approle => [$"role_id = {approle.RoleId}", "bind_secret_id = true"],
        RuntimeLogin.Kubernetes pod => [$"bound_service_account_names = {pod.ServiceAccount}", $"bound_service_account_namespaces = {pod.Namespace}"],
        _ => [],
    };

    private static string Word(JsonSlice value) => value.Bool() is true ? "true" : "false";

    private static string Seconds(JsonSlice value) => string.Create(CultureInfo.InvariantCulture, $"{value.Number() ?? 0}s");

    private void Write(VaultBody body)
    {
        body.Strings("token_policies", _options.LoginPolicies);
        body.Json.WriteBoolean("token_no_default_policy", value: true);
        body.Json.WriteString("token_ttl", Tokens.Seconds(Ttl));
        body.Json.WriteString("token_max_ttl", Tokens.Seconds(MaxTtl));
        switch (_options.Login)
        {
            case RuntimeLogin.AppRole:
                body.Json.WriteBoolean("bind_secret_id", value: true);
                break;
            case RuntimeLogin.Kubernetes pod:
                body.Strings("bound_service_account_names", [pod.ServiceAccount!]);
                body.Strings("bound_service_account_namespaces", [pod.Namespace!]);
                break;
        }
    }
}
