using AgentRuntime.Secrets;
using AgentRuntime.TestKit.Leaks;
using AgentRuntime.Vaults.Aws;
using AgentRuntime.Vaults.Aws.Identity;
using AgentRuntime.Workspaces;

namespace AgentRuntime.Integration.Tests.Vaults.Aws;

public sealed class AwsIdentityTests
{
    private static readonly AwsSecretSettings Settings = new("eu-central-1");

    [Fact]
    public void Refuses_a_key_in_an_environment_variable_and_names_the_alternatives()
    {
        var environment = AwsEnvironment.Read(name => name switch { "AWS_SECRET_ACCESS_KEY" => "canary-environment-key-1b7e", "AWS_ACCESS_KEY_ID" => "AKIA1", _ => null });
        var error = Assert.Throws<SecretStoreException>(() => AwsIdentity.Find(Settings, environment));
        Assert.Equal(SecretFailureKind.Denied, error.Failure);
        Assert.All(new[] { "AWS_SECRET_ACCESS_KEY", "profile", "web identity", "allow_environment_credentials" }, word => Assert.Contains(word, error.Message));
        Assert.Empty(new LeakDetector(("key", "canary-environment-key-1b7e")).Search($"{error} {environment}"));
    }

    [Fact]
    public void Refuses_it_also_beside_a_profile_and_web_identity() =>
        Assert.Throws<SecretStoreException>(() => AwsIdentity.Find(Settings with { Profile = "ops" }, new AwsEnvironment(HasKeys: true, HasWebIdentity: true, HasContainer: true, "ops")));

    [Fact]
    public void Takes_it_when_the_settings_say_so()
    {
        using var identity = AwsIdentity.Find(Settings with { AllowEnvironmentCredentials = true }, AwsEnvironment.Empty with { HasKeys = true });
        Assert.Equal("environment variables", identity.Source);
    }

    [Fact]
    public void Prefers_web_identity()
    {
        var environment = AwsEnvironment.Read(name => name switch { "AWS_WEB_IDENTITY_TOKEN_FILE" => "/var/run/token", "AWS_ROLE_ARN" => "arn:aws:iam::123456789012:role/x", "AWS_PROFILE" => "ops", _ => null });
        Assert.Equal(new AwsEnvironment(HasKeys: false, HasWebIdentity: true, HasContainer: false, "ops"), environment);
        using var identity = AwsIdentity.Find(Settings, environment);
        Assert.Equal("web identity", identity.Source);
    }

    [Fact]
    public void Looks_at_the_container_and_then_at_the_instance()
    {
        var nowhere = AwsEnvironment.Empty with { Profile = "no-such-profile-of-the-tests" };
        using var container = AwsIdentity.Find(Settings, nowhere with { HasContainer = true });
        using var instance = AwsIdentity.Find(Settings, nowhere);
        Assert.Equal(("the container's endpoint", "the instance's metadata"), (container.Source, instance.Source));
    }

    [Fact]
    public void Says_that_a_named_profile_is_not_there() =>
        Assert.Contains("no-such-profile-of-the-tests", Assert.Throws<SecretStoreException>(() => AwsIdentity.Find(Settings with { Profile = "no-such-profile-of-the-tests" }, AwsEnvironment.Empty)).Message);

    [Fact]
    public async Task Reads_a_profile_and_refuses_a_file_with_keys_that_others_can_read()
    {
        var folder = Directory.CreateTempSubdirectory("agentruntime-profile-").FullName;
        try
        {
            var file = Path.Combine(folder, "credentials");
            await File.WriteAllTextAsync(file, "[ops]\naws_access_key_id = AKIA1\naws_secret_access_key = canary-profile-key-77aa\n");
            if (!OperatingSystem.IsWindows())
            {
                File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.OtherRead);
                var error = Assert.Throws<SecretStoreException>(() => ProfileIdentity.Open("ops", file));
                Assert.Contains("chmod 600", error.Message);
                Assert.DoesNotContain("canary-profile-key-77aa", error.ToString());
                File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite);
            }

            using var identity = ProfileIdentity.Open("ops", file)!;
            using var keys = await identity.KeysAsync(CancellationToken.None);
            Assert.Equal("AKIA1", keys.AccessKeyId);
            Assert.Equal("canary-profile-key-77aa", keys.SecretKey.RevealString());
            Assert.DoesNotContain("canary-profile-key-77aa", $"{identity} {keys} {identity.Source}");
            Assert.Null(ProfileIdentity.Open("other", file));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public async Task Says_where_an_identity_was_looked_for_without_the_words_of_the_SDK()
    {
        using var identity = new SdkIdentity("the test", static () => throw new InvalidOperationException("canary-sdk-words-0c11"));
        var error = await Assert.ThrowsAsync<SecretStoreException>(async () => await identity.KeysAsync(CancellationToken.None));
        Assert.Contains("the test", error.Message);
        Assert.DoesNotContain("canary-sdk-words-0c11", error.ToString());
    }
}
