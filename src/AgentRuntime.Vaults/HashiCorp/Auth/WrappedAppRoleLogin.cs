using AgentRuntime.Secrets;
using AgentRuntime.Vaults.HashiCorp.Calls;
using AgentRuntime.Vaults.HashiCorp.Client;
using AgentRuntime.Vaults.HashiCorp.Client.Api;
using AgentRuntime.Vaults.Http;
using AgentRuntime.Workspaces;

namespace AgentRuntime.Vaults.HashiCorp.Auth;

/// <summary>AppRole with a secret id that arrives wrapped, in a file that is deleted after use. The secret id is kept in memory for later logins.</summary>
/// <remarks>
/// A wrapping token opens once. One that is refused, or that does not come from an AppRole, means that somebody else may have the secret id: that is reported as
/// an integrity failure, never as a mistake to try again.
/// </remarks>
internal sealed class WrappedAppRoleLogin(VaultAuthSettings.AppRole settings) : LoginSource
{
    private readonly VaultPath _mount = VaultPath.Parse(settings.Mount);
    private SecretValue? _secretId;

    /// <inheritdoc/>
    public override string Description => "AppRole login with a wrapped secret id";

    /// <inheritdoc/>
    public override async ValueTask<LoginResult> LoginAsync(VaultCalls calls, Deadline deadline, CancellationToken cancellationToken)
    {
        if (_secretId is null && await UnwrapAsync(calls, deadline, cancellationToken) is { } failure)
        {
            return new LoginResult(null, failure);
        }

        return await SendAsync(calls, Logins.AppRole(_mount, settings.RoleId, _secretId!), deadline, cancellationToken);
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        base.Dispose();
        _secretId?.Dispose();
    }

    private async ValueTask<VaultFailure?> UnwrapAsync(VaultCalls calls, Deadline deadline, CancellationToken cancellationToken)
    {
        using var wrapping = SecretFile.Read(settings.SecretIdFile, "wrapped secret id", oneWord: true);
        using (var origin = await calls.SendAsync(Wrapping.Lookup(wrapping), token: null, deadline, cancellationToken))
        {
            if (!origin.Succeeded)
            {
                return origin.Status is 400 or 403 ? Alarm("it was opened before, or has expired") : VaultFailure.Of(origin, calls.Client.Description, "looking at the wrapped secret id");
            }

            if (origin.Data["creation_path"].Text() is not { } path || !path.StartsWith($"auth/{_mount}/role/", StringComparison.Ordinal) || !path.EndsWith("/secret-id", StringComparison.Ordinal))
            {
                return Alarm("it wraps something else than a secret id of this auth method");
            }
        }

        using var response = await calls.SendAsync(Wrapping.Unwrap(), wrapping, deadline, cancellationToken);
        if (!response.Succeeded)
        {
            return response.Status is 400 or 403 ? Alarm("it was opened before, or has expired") : VaultFailure.Of(response, calls.Client.Description, "opening the wrapped secret id");
        }

        _secretId = response.Data["secret_id"].Secret();
        if (_secretId is null)
        {
            return Alarm("there is no secret id in it");
        }

        return DeleteFile();
    }

    private VaultFailure Alarm(string why) => new(
        SecretFailureKind.Integrity,
        $"The wrapped secret id in {settings.SecretIdFile} cannot be trusted: {why}. If it is not simply old, somebody else may hold the secret id: revoke it, look in the vault's audit log for sys/wrapping/unwrap, and issue a new one.");

    private VaultFailure? DeleteFile()
    {
        try
        {
            File.Delete(settings.SecretIdFile);
            return null;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return new VaultFailure(SecretFailureKind.Invalid, $"The used file {settings.SecretIdFile} cannot be deleted ({exception.GetType().Name}). This user must be allowed to delete it.");
        }
    }
}
