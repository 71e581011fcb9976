using AgentRuntime.Names;
using AgentRuntime.Secrets;
using AgentRuntime.Vaults.Embedded;
using AgentRuntime.Vaults.Embedded.Keys;

namespace AgentRuntime.TestHost;

/// <summary>Changes an embedded secret store as fast as it can.</summary>
public static class StoreHost
{
    private static readonly CredentialName Credential = CredentialName.Parse("crm/read");
    private static readonly SecretAccessContext Context = new() { Principal = "test", Purpose = "test" };

    /// <summary>The value that it stores as this version of <c>crm/read</c>.</summary>
    public static string Value(int version) => $"value {version} {new string('x', version % 50 * 40)}";

    internal static async Task<int> ChangeUntilKilledAsync(string change, string path, string configuration)
    {
        var key = MasterKeySource.UserFile(configuration, "ws1");
        var store = await EmbeddedSecretStore.OpenAsync(new EmbeddedStoreOptions { Path = path, MasterKey = key }, TimeProvider.System, CancellationToken.None);
        var next = (await store.DescribeAsync(Credential, Context, CancellationToken.None))?.Versions.Count ?? 0;
        using var output = new StreamWriter(Console.OpenStandardOutput()) { AutoFlush = true };
        while (true)
        {
            next++;
            if (change == "rewrap")
            {
                await store.RewrapAsync(key, Context, CancellationToken.None);
            }
            else
            {
                using var value = SecretValue.CopyUtf8(Value(next));
                var result = await store.SetAsync(Credential, new Dictionary<string, SecretValue>(StringComparer.Ordinal) { ["value"] = value }, WriteCondition.None, Context, CancellationToken.None);
                if (!result.Succeeded)
                {
                    return 1;
                }
            }

            await output.WriteLineAsync(next.ToString(System.Globalization.CultureInfo.InvariantCulture));
        }
    }
}
