using AgentRuntime.Names;
using AgentRuntime.Secrets;
using AgentRuntime.Vaults.HashiCorp.Access;
using AgentRuntime.Vaults.HashiCorp.Calls;
using AgentRuntime.Vaults.HashiCorp.Client.Api;

namespace AgentRuntime.Vaults.HashiCorp.Work;

/// <summary>Writes and describes credentials in the key/value engine of version 1, which keeps one value and no versions. Thread-safe.</summary>
/// <param name="names">Where credentials are.</param>
/// <param name="reading">Reads them; describing needs the value too.</param>
/// <param name="transit">Encrypts values, or <c>null</c>.</param>
/// <param name="vault">How messages name the vault.</param>
internal sealed class KvOne(VaultNames names, KvReading reading, TransitFields? transit, string vault)
{
    /// <summary>Stores the value. A condition is checked first, which two people at the same moment can both pass: the engine has no check of its own.</summary>
    public async ValueTask<SecretWriteResult> SetAsync(
        VaultIdentity writer, CredentialName credential, IReadOnlyDictionary<string, SecretValue> fields, WriteCondition condition, Deadline deadline, CancellationToken cancellationToken)
    {
        if (condition.IsChecked)
        {
            var (tag, failure) = await TagAsync(writer, credential, deadline, cancellationToken);
            if (failure is not null)
            {
                return failure.ToWrite();
            }

            if (!condition.Allows(tag))
            {
                return new SecretWriteResult(null, SecretFailureKind.Conflict, $"The credential {credential} was not stored: somebody else changed it in between. Try again.");
            }
        }

        Action<Client.VaultBody> content = body => SecretFields.Write(body, fields);
        if (transit is not null)
        {
            var (texts, failure) = await transit.EncryptAsync(writer, credential, fields, deadline, cancellationToken);
            if (texts is null)
            {
                return failure!.ToWrite();
            }

            content = body =>
            {
                foreach (var (name, text) in texts)
                {
                    body.Json.WriteString(name, text);
                }
            };
        }

        using (var response = await writer.SendAsync(KvV1.Write(names.Mount, names.Secret(credential), content), deadline, cancellationToken))
        {
            if (!response.Succeeded)
            {
                return FailureOf(response, credential, writer).ToWrite();
            }
        }

        var (stored, unknown) = await TagAsync(writer, credential, deadline, cancellationToken);
        return stored is null ? (unknown ?? reading.Missing(credential, version: null)).ToWrite() : new SecretWriteResult(stored);
    }

    /// <summary>Removes the value.</summary>
    public async ValueTask<SecretWriteResult> DeleteAsync(VaultIdentity writer, CredentialName credential, CredentialVersion? version, Deadline deadline, CancellationToken cancellationToken)
    {
        var (tag, failure) = await TagAsync(writer, credential, deadline, cancellationToken);
        if (failure is not null)
        {
            return failure.ToWrite();
        }

        if (tag is null || (version is { } named && named != tag))
        {
            return reading.Missing(credential, version).ToWrite();
        }

        using var response = await writer.SendAsync(KvV1.Delete(names.Mount, names.Secret(credential)), deadline, cancellationToken);
        return response.Succeeded ? new SecretWriteResult(version) : FailureOf(response, credential, writer).ToWrite();
    }

    /// <summary>One credential, or <c>null</c>. When it was written is not known; this moment stands for it.</summary>
    public async ValueTask<SecretDescription?> DescribeAsync(VaultIdentity identity, CredentialName credential, Deadline deadline, CancellationToken cancellationToken)
    {
        using var response = await identity.SendAsync(KvV1.Read(names.Mount, names.Secret(credential)), deadline, cancellationToken);
        if (response.Status == 404)
        {
            return null;
        }

        if (!response.Succeeded)
        {
            throw FailureOf(response, credential, identity).ToException();
        }

        var tag = reading.Tag(response.Data);
        var fields = SecretFields.Members(response.Data).Select(static member => member.Name).Where(Name.IsValid).Order(StringComparer.Ordinal).ToArray();
        return new SecretDescription(credential, tag, [new SecretVersionDescription(tag, SecretVersionState.Enabled, deadline.Time.GetUtcNow(), fields, LastRead: null)]);
    }

    /// <summary>That the engine cannot do this.</summary>
    public static SecretWriteResult Cannot(CredentialName credential, string what) => new(
        null,
        SecretFailureKind.Invalid,
        $"The key/value engine of version 1 cannot {what} {credential}. Use an engine of version 2, or take the grant away.");

    private async ValueTask<(CredentialVersion? Tag, VaultFailure? Failure)> TagAsync(VaultIdentity identity, CredentialName credential, Deadline deadline, CancellationToken cancellationToken)
    {
        using var response = await identity.SendAsync(KvV1.Read(names.Mount, names.Secret(credential)), deadline, cancellationToken);
        return response switch
        {
            { Succeeded: true } => (reading.Tag(response.Data), null),
            { Status: 404 } => (null, null),
            _ => (null, FailureOf(response, credential, identity)),
        };
    }

    private VaultFailure FailureOf(Client.VaultResponse response, CredentialName credential, VaultIdentity identity) => response.Status == 403
        ? new VaultFailure(SecretFailureKind.Denied, $"{vault} does not let {identity.Description} use {names.DataPath(credential)} like this. Pass an operator's token with --token-file.")
        : VaultFailure.Of(response, vault, $"using {credential}");
}
