using System.Security.Cryptography;
using System.Text;
using AgentRuntime.Names;
using AgentRuntime.Secrets;
using AgentRuntime.Vaults.HashiCorp.Access;
using AgentRuntime.Vaults.HashiCorp.Calls;
using AgentRuntime.Vaults.HashiCorp.Client;
using AgentRuntime.Vaults.HashiCorp.Client.Api;

namespace AgentRuntime.Vaults.HashiCorp.Work;

/// <summary>Fields that the key/value engine keeps only as ciphertexts of a transit key. All fields of a version go in one request. Thread-safe.</summary>
/// <remarks>
/// Each ciphertext is bound to its credential and field, so that one that is copied elsewhere is refused: by the <c>context</c>, which a derived key authenticates,
/// and, because other keys ignore it, by a hash of it that is encrypted together with the value.
/// </remarks>
/// <param name="mount">Where the engine is mounted.</param>
/// <param name="key">The key.</param>
/// <param name="vault">How messages name the vault.</param>
internal sealed class TransitFields(VaultPath mount, string key, string vault)
{
    private const byte Form = 1;

    /// <summary>The ciphertexts of the fields.</summary>
    public async ValueTask<(Dictionary<string, string>? Texts, VaultFailure? Failure)> EncryptAsync(
        VaultIdentity identity, CredentialName credential, IReadOnlyDictionary<string, SecretValue> fields, Deadline deadline, CancellationToken cancellationToken)
    {
        var names = fields.Keys.Order(StringComparer.Ordinal).ToArray();
        var request = Transit.Encrypt(mount, key, names.Select(name => (Action<VaultBody>)(body =>
        {
            body.Base64("plaintext", fields[name], Header(credential, name));
            body.Json.WriteBase64String("context", Context(credential, name));
        })));
        using var response = await identity.SendAsync(request, deadline, cancellationToken);
        var results = response.Succeeded ? Transit.Results(response) : [];
        var texts = new Dictionary<string, string>(StringComparer.Ordinal);
        for (var i = 0; i < names.Length && i < results.Count; i++)
        {
            if (results[i]["ciphertext"].Text() is { } text && text.StartsWith(Transit.Prefix, StringComparison.Ordinal))
            {
                texts[names[i]] = text;
            }
        }

        return texts.Count == names.Length ? (texts, null) : (null, FailureOf(response, credential, "encrypt"));
    }

    /// <summary>The values behind the ciphertexts; the caller disposes them.</summary>
    public async ValueTask<(Dictionary<string, SecretValue>? Fields, VaultFailure? Failure)> DecryptAsync(
        VaultIdentity identity, CredentialName credential, JsonSlice data, Deadline deadline, CancellationToken cancellationToken)
    {
        var members = SecretFields.Members(data).ToArray();
        foreach (var (name, value) in members)
        {
            if (value.Text()?.StartsWith(Transit.Prefix, StringComparison.Ordinal) != true)
            {
                return (null, new VaultFailure(SecretFailureKind.Invalid, $"A field of {credential} in the vault is not encrypted by the transit key (field {SecretFields.Printable(name)}), so it is not used. Store the credential again with 'agentruntime credentials set {credential}'."));
            }
        }

        var request = Transit.Decrypt(mount, key, members.Select(member => (Action<VaultBody>)(body =>
        {
            body.Json.WriteString("ciphertext", member.Value.Text());
            body.Json.WriteBase64String("context", Context(credential, member.Name));
        })));
        using var response = await identity.SendAsync(request, deadline, cancellationToken);
        var results = Transit.Results(response);
        if (!response.Succeeded || results.Count != members.Length || results.Any(static item => item["error"].Text() is { Length: > 0 }))
        {
            return (null, FailureOf(response, credential, "decrypt"));
        }

        var fields = new Dictionary<string, SecretValue>(StringComparer.Ordinal);
        for (var i = 0; i < members.Length; i++)
        {
            using var plain = results[i]["plaintext"].SecretBase64();
            var header = Header(credential, members[i].Name);
            if (plain is null || !plain.Written.Span.StartsWith(header))
            {
                SecretFields.End(fields);
                return (null, new VaultFailure(SecretFailureKind.Integrity, $"A field of {credential} in the vault was encrypted for another credential or field, or not by this program, so it is not used (field {SecretFields.Printable(members[i].Name)}). Find out who wrote it."));
            }

            fields.TryAdd(members[i].Name, SecretValue.Copy(plain.Written.Span[header.Length..]));
        }

        return (fields, null);
    }

    private static byte[] Context(CredentialName credential, string field) => Encoding.UTF8.GetBytes($"{credential}:{field}");

    private static byte[] Header(CredentialName credential, string field) => [Form, .. SHA256.HashData(Context(credential, field))];

    private VaultFailure FailureOf(VaultResponse response, CredentialName credential, string verb) => response switch
    {
        _ when Transit.IsTooOld(response) => new(SecretFailureKind.Invalid, $"The value of {credential} was encrypted with a version of the transit key '{key}' that is not allowed any more. Lower the key's min_decryption_version, or store the credential again."),
        _ when Transit.IsTampered(response) => new(SecretFailureKind.Integrity, $"{vault} could not {verb} {credential}: a value was changed, or belongs to another credential. Find out who wrote it."),
        { Status: 403 } => new(SecretFailureKind.Denied, $"{vault} does not allow to {verb} {credential} with the transit key '{key}'. Run 'agentruntime vault plan' and have it applied."),
        { Succeeded: true } => new(SecretFailureKind.Unavailable, $"{vault} did not {verb} every field of {credential}."),
        { Status: 400 or 404 } => new(SecretFailureKind.Invalid, $"{vault} could not {verb} {credential}: check that the transit key '{key}' is there, at {mount}, and that it fits."),
        _ => VaultFailure.Of(response, vault, $"the transit call for {credential}"),
    };
}
