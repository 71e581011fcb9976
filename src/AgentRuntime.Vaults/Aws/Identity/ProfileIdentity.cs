using AgentRuntime.Secrets;
using Amazon.Runtime.CredentialManagement;

namespace AgentRuntime.Vaults.Aws.Identity;

/// <summary>A profile of the shared AWS files. A file with keys that others can read is refused.</summary>
internal static class ProfileIdentity
{
    private const UnixFileMode Others = UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.OtherRead | UnixFileMode.OtherWrite;

    /// <summary>The profile, or <c>null</c> when there is none of that name that can give keys.</summary>
    /// <param name="name">The profile.</param>
    /// <param name="file">Another file than the one of the user.</param>
    /// <exception cref="SecretStoreException">It holds keys, and others can read the file.</exception>
    public static IAwsIdentity? Open(string name, string? file = null)
    {
        var chain = new CredentialProfileStoreChain(file);
        if (!chain.TryGetProfile(name, out var profile) || !profile.CanCreateAWSCredentials)
        {
            return null;
        }

        if (profile.Options.SecretKey is { Length: > 0 } && profile.CredentialProfileStore is SharedCredentialsFile files)
        {
            foreach (var path in new[] { files.FilePath, files.ConfigFilePath }.Where(File.Exists))
            {
                Check(path, name);
            }
        }

        return new SdkIdentity($"the profile '{name}'", () => profile.GetAWSCredentials(chain));
    }

    private static void Check(string path, string name)
    {
        if (!OperatingSystem.IsWindows() && (File.GetUnixFileMode(path) & Others) != UnixFileMode.None)
        {
            throw new SecretStoreException(
                SecretFailureKind.Denied,
                $"Others can read or change {path}, and the profile '{name}' holds keys, so it is refused. Run 'chmod 600' on it, and replace the keys if somebody may have read them.");
        }
    }
}
