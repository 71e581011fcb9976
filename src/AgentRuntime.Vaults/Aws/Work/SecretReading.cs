using AgentRuntime.Names;
using AgentRuntime.Secrets;
using AgentRuntime.Vaults.Aws.Identity;
using AgentRuntime.Vaults.Aws.Secrets;
using AgentRuntime.Vaults.Aws.Sessions;
using AgentRuntime.Vaults.Aws.Values;
using AgentRuntime.Vaults.Aws.Wire;
using AgentRuntime.Workspaces;

namespace AgentRuntime.Vaults.Aws.Work;

/// <summary>Reads values: with a session of the role, or with the runtime's own identity when there is no role. Thread-safe.</summary>
internal sealed class SecretReading(SecretsClient secrets, SessionSource sessions, IAwsIdentity identity, SecretNames names, AwsSecretSettings settings)
{
    /// <summary>A session for the attempt, or <c>null</c> when that failed or none is needed.</summary>
    public async Task<StoreAccess?> PrepareAsync(SecretReadRequest request, CancellationToken cancellationToken)
    {
        try
        {
            return settings.Role is null ? null : (await sessions.OpenAsync(request, cancellationToken)).Access;
        }
        catch (SecretStoreException)
        {
            // The read says why.
            return null;
        }
    }

    /// <summary>Reads the current version, or the one asked for. A right that was not needed in the end is ended.</summary>
    public async Task<SecretReadResult> ReadAsync(SecretReadRequest request, CancellationToken cancellationToken)
    {
        if (request.Version is { } version && !VersionIds.AreOf(version.Value))
        {
            return new SecretReadResult.Failed(SecretFailureKind.Missing, $"There is no such version of {request.Credential}: a version of AWS Secrets Manager has 32 to 64 letters, digits and '-'.");
        }

        try
        {
            if (settings.Role is null)
            {
                using var own = await identity.KeysAsync(cancellationToken);
                return (await AskAsync(request, own, cancellationToken)).Result;
            }

            return await WithSessionAsync(request, settings.Role, cancellationToken);
        }
        catch (SecretStoreException exception)
        {
            return new SecretReadResult.Failed(exception.Failure, exception.Message);
        }
    }

    private async Task<SecretReadResult> WithSessionAsync(SecretReadRequest request, AwsRoleArn role, CancellationToken cancellationToken)
    {
        var access = request.Access as SessionAccess;
        var kept = false;
        try
        {
            for (var mayRenew = true; ; mayRenew = false)
            {
                if (access is null)
                {
                    (access, var refused) = await sessions.OpenAsync(request, cancellationToken);
                    if (access is null)
                    {
                        return new SecretReadResult.Failed(refused!.Kind, $"The role {role}, which is assumed to read {request.Credential}, {refused.Words}") { StoreRequestId = refused.RequestId };
                    }
                }

                var (result, isExpired) = await AskAsync(request, access.Session.Keys, cancellationToken);
                if (isExpired && mayRenew)
                {
                    sessions.Forget(access.Session);
                    await access.DisposeAsync();
                    access = null;
                    continue;
                }

                kept = result is SecretReadResult.Found;
                return result is SecretReadResult.Found found ? found with { Access = access, TokenAccessor = access.Accessor } : result with { TokenAccessor = access.Accessor };
            }
        }
        finally
        {
            if (!kept && access is not null)
            {
                await access.DisposeAsync();
            }
        }
    }

    private async Task<(SecretReadResult Result, bool IsExpired)> AskAsync(SecretReadRequest request, AwsKeys keys, CancellationToken cancellationToken)
    {
        var name = names.Of(request.Credential);
        var (found, fault, id) = await secrets.GetAsync(name, request.Version?.Value, keys, cancellationToken);
        using var answer = found;
        var result = fault is not null ? Failed(fault.Kind, $"{Which(request)} {fault.Words}") : Take(request, answer!);
        return (result with { StoreRequestId = id }, fault is { IsExpired: true });
    }

    private SecretReadResult Take(SecretReadRequest request, SecretAnswer answer)
    {
        var reference = new SecretRef(request.Credential, new CredentialVersion(answer.VersionId));
        if (Labels.AreDisabled(answer.Stages))
        {
            return Failed(SecretFailureKind.Disabled, $"{reference} is disabled. Enable it with 'agentruntime credentials enable {request.Credential}', or set a new value.");
        }

        // The current version was asked for by its label; an answer without it comes from something that does not keep AWS's rules.
        if (request.Version is null && !answer.Stages.Contains(Labels.Current, StringComparer.Ordinal))
        {
            return Failed(SecretFailureKind.Invalid, $"{reference} was answered and is not the current version. Check the endpoint.");
        }

        var (fields, problem) = SecretReader.Read(answer.Content);
        return fields is not null
            ? new SecretReadResult.Found(new SecretMaterial(reference, fields))
            : Failed(SecretFailureKind.Invalid, $"{reference}, the secret '{names.Of(request.Credential)}', cannot be read as fields: {problem}.");
    }

    private string Which(SecretReadRequest request) =>
        request.Version is { } version ? $"{new SecretRef(request.Credential, version)}, the secret '{names.Of(request.Credential)}'," : $"{request.Credential}, the secret '{names.Of(request.Credential)}',";

    private static SecretReadResult.Failed Failed(SecretFailureKind kind, string message) => new(kind, message);
}
