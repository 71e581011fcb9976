using System.Security.Cryptography;
using System.Text;
using AgentRuntime.Names;
using AgentRuntime.Secrets;
using AgentRuntime.Vaults.HashiCorp.Access;
using AgentRuntime.Vaults.HashiCorp.Calls;
using AgentRuntime.Vaults.HashiCorp.Client;
using AgentRuntime.Vaults.HashiCorp.Client.Api;
using AgentRuntime.Workspaces;

namespace AgentRuntime.Vaults.HashiCorp.Work;

/// <summary>Credentials that the database engine makes for each use. The lease belongs to the step's token, and ends with it. Thread-safe.</summary>
/// <param name="roles">The roles by credential.</param>
/// <param name="vault">How messages name the vault.</param>
internal sealed class DatabaseReading(IReadOnlyDictionary<CredentialName, VaultDatabaseSettings> roles, string vault)
{
    /// <summary>One request and one use that is never made: a vault revokes a token at its last use, and its leases with it.</summary>
    public const int Uses = 2;

    /// <summary>The fields that such a credential has.</summary>
    public static readonly string[] Fields = ["password", "username"];

    /// <summary>Whether the credential comes from the database engine.</summary>
    public bool Makes(CredentialName credential) => roles.ContainsKey(credential);

    /// <summary>Has a login made.</summary>
    public async ValueTask<SecretReadResult> ReadAsync(VaultIdentity identity, CredentialName credential, CredentialVersion? version, Deadline deadline, CancellationToken cancellationToken)
    {
        if (version is not null)
        {
            return new VaultFailure(SecretFailureKind.Missing, $"{credential} is made new for each use, so it has no versions.").ToRead(new IdGenerator(deadline.Time).NewId(), accessor: null);
        }

        var role = roles[credential];
        using var response = await identity.SendAsync(DatabaseEngine.Creds(VaultPath.Parse(role.Mount), role.Role), deadline, cancellationToken);
        var fields = new Dictionary<string, SecretValue>(StringComparer.Ordinal);
        if (response.Succeeded && response.LeaseId is { } lease)
        {
            foreach (var name in Fields)
            {
                if (response.Data[name].Secret() is { } value)
                {
                    fields.Add(name, value);
                }
            }

            if (fields.Count == Fields.Length)
            {
                return new SecretReadResult.Found(new SecretMaterial(new SecretRef(credential, VersionOf(lease)), fields)) { StoreRequestId = response.Id, TokenAccessor = identity.Accessor };
            }

            SecretFields.End(fields);
        }

        return FailureOf(response, credential, role).ToRead(response.Id, identity.Accessor);
    }

    // The lease's id would let somebody with the right to revoke leases end it; its hash only names it.
    private static CredentialVersion VersionOf(string lease) => new($"lease-{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(lease)).AsSpan(0, 6))}");

    private VaultFailure FailureOf(VaultResponse response, CredentialName credential, VaultDatabaseSettings role) => response switch
    {
        { Status: 400 } when response.Says("unknown role") => new(SecretFailureKind.Invalid, $"The database engine at {role.Mount} has no role '{role.Role}' for {credential}. Check secrets.vault.database in the settings."),
        { Status: 403 } => new(SecretFailureKind.Denied, $"{vault} does not allow {role.Mount}/creds/{role.Role} for {credential}. Run 'agentruntime vault plan' and have it applied."),
        { Succeeded: true } => new(SecretFailureKind.Invalid, $"The database engine at {role.Mount} gave no username, password and lease for {credential}. Its role '{role.Role}' must be a dynamic one."),
        _ => VaultFailure.Of(response, vault, $"making {credential}"),
    };
}
