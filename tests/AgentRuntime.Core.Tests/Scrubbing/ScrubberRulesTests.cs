using System.Text;
using System.Text.Json;
using AgentRuntime.Scrubbing;
using AgentRuntime.Secrets;
using AgentRuntime.TestKit.Leaks;
using static AgentRuntime.Core.Tests.Scrubbing.ScrubbingSamples;

namespace AgentRuntime.Core.Tests.Scrubbing;

public sealed class ScrubberRulesTests
{
    private const string Value = "k3Hq8ZrT1mVw5YxP7nBc2JdF";

    [Fact]
    public void A_value_of_one_brace_masks_nothing_and_is_reported()
    {
        var scrubber = Knowing("{");
        Assert.Equal("{ \"a\": 1 }", scrubber.Scrub("{ \"a\": 1 }"));
        Assert.Contains("crm/read#v3", Assert.Single(scrubber.Warnings), StringComparison.Ordinal);
    }

    [Fact]
    public void A_value_of_five_bytes_is_redacted_only_as_a_word()
    {
        var scrubber = Knowing("zebra");
        Assert.Equal($"a {Label}, \"{Label}\" but zebras and grazebra; {Label}", scrubber.Scrub("a zebra, \"zebra\" but zebras and grazebra; zebra"));
    }

    [Fact]
    public void A_common_word_is_redacted_only_where_it_is_quoted()
    {
        var scrubber = Knowing("password");
        Assert.Equal($"the password is \"{Label}\" or '{Label}'", scrubber.Scrub("the password is \"password\" or 'password'"));
        Assert.Single(scrubber.Warnings);
        var json = JsonElement.Parse("""{"password":"x","kind":"password","note":"a password"}""");
        Assert.Equal($$"""{"password":"x","kind":"{{Label}}","note":"a password"}""", scrubber.Scrub(json).Element.GetRawText());
    }

    [Fact]
    public void A_key_in_pem_is_redacted_line_by_line_and_on_one_line_but_its_armour_stays()
    {
        var lines = Enumerable.Range(0, 6).Select(i => Convert.ToBase64String(System.Security.Cryptography.SHA512.HashData([(byte)i]))[..64]).ToArray();
        var pem = "-----BEGIN PRIVATE" + " KEY-----\n" + string.Join('\n', lines) + "\n-----END PRIVATE" + " KEY-----\n";
        var scrubber = Knowing(pem);
        var detector = new LeakDetector(lines.Select((line, i) => ($"line {i}", line)));
        foreach (var text in new[] { pem, pem.Replace("\n", "\\n"), pem.Replace("\n", ""), pem.Replace("\n", "\r\n  "), lines[2], Convert.ToBase64String(Encoding.UTF8.GetBytes(pem)) })
        {
            Assert.Empty(detector.Search(scrubber.Scrub(text)));
        }

        Assert.Equal("-----BEGIN PRIVATE" + " KEY-----", scrubber.Scrub("-----BEGIN PRIVATE" + " KEY-----"));
    }

    [Fact]
    public void A_basic_header_that_its_server_wrote_on_in_another_encoding_is_redacted()
    {
        var password = Value[..16];
        var scrubber = new Scrubber(new ScrubberOptions { Shapes = false });
        scrubber.Register(Material("crm/read", ("username", "billing-service"), ("password", password)));
        var pair = Encoding.UTF8.GetBytes("billing-service:" + password);
        var sent = Encoding.ASCII.GetBytes(Convert.ToBase64String(pair));
        string[] echoes = [Convert.ToHexString(sent), Convert.ToHexStringLower(pair), Convert.ToBase64String(sent), Convert.ToBase64String([1, .. sent]), string.Concat(sent.Select(b => $"%{b:x2}"))];
        var detector = new LeakDetector(("password", password));
        Assert.All(echoes, echo => Assert.NotEmpty(detector.Search(echo)));
        Assert.All(echoes, echo => Assert.Empty(detector.Search(scrubber.Scrub($"sent {echo} there"))));
    }

    [Fact]
    public void Base64_of_user_and_password_is_redacted_as_one()
    {
        var scrubber = new Scrubber(new ScrubberOptions { Shapes = false });
        scrubber.Register(Material("crm/read", ("username", "billing-service"), ("password", "pw-31")));
        var basic = Convert.ToBase64String(Encoding.UTF8.GetBytes("billing-service:pw-31"));
        Assert.Matches(@"^Basic \[redacted:crm/read#v3\]=*$", scrubber.Scrub("Basic " + basic));
        Assert.Equal($"{Label} uses {Label}", scrubber.Scrub("billing-service uses pw-31"));
        Assert.Equal("my-billing-services", scrubber.Scrub("my-billing-services"));
    }

    [Theory]
    [InlineData("postgres://app:{0}@db.internal:5432/app", "db.internal")]
    [InlineData("Host=db.internal;Username=app;Password={0};Port=5432", "db.internal")]
    [InlineData("{{\"type\":\"service_account\",\"private_key_id\":\"{0}\"}}", "service_account")]
    public void The_secret_parts_of_a_composite_value_are_redacted_and_its_public_parts_stay(string format, string plain)
    {
        var value = string.Format(System.Globalization.CultureInfo.InvariantCulture, format, Value);
        var scrubber = Knowing(value);
        Assert.Equal(value.Replace(Value, Label), scrubber.Scrub(value));
        Assert.Equal($"{plain} {Label}", scrubber.Scrub($"{plain} {Value}"));
    }

    [Theory]
    [InlineData("H5wNC~i30y%6hQ?vfpne.F1Ihz`3,__0p;ao<kEYuO5m=4.c_`E3t?W")]
    [InlineData("aK3://x7Qp2:Lm9@Zt4vBn8;kEy=Rw6Ty1")]
    public void A_random_value_with_the_punctuation_of_a_composite_is_redacted_as_a_whole(string value)
    {
        Assert.Equal(Label, Knowing(value).Scrub(value));
        Assert.Equal(Label, Knowing(value).Scrub(Convert.ToHexStringLower(Encoding.UTF8.GetBytes(value))));
    }

    [Fact]
    public void A_member_name_is_scrubbed_and_no_member_is_lost()
    {
        var json = JsonElement.Parse($$$"""{"{{{Value}}}":1,"{{{Convert.ToHexString(Encoding.ASCII.GetBytes(Value))}}}":2,"x":{"a {{{Value}}}":[]}}""");
        Assert.Equal($$$"""{"{{{Label}}}":1,"{{{Label}}}~2":2,"x":{"a {{{Label}}}":[]}}""", Knowing(Value).Scrub(json).Element.GetRawText());
    }

    [Fact]
    public void A_number_that_is_a_secret_becomes_a_label()
    {
        var json = JsonElement.Parse("""{"pin":4815162342108642,"n":-1.50e3}""");
        Assert.Equal($$"""{"pin":"{{Label}}","n":-1.50e3}""", Knowing("4815162342108642").Scrub(json).Element.GetRawText());
    }

    [Fact]
    public void A_member_with_a_secret_name_is_redacted_as_an_assignment()
    {
        var json = JsonElement.Parse("""{"db":{"password":"Tr4vel-Lamp-x9"},"nextPageToken":"CAoQAA2938abcdeF","token_accessor":"abc123def456","clientToken":"a1b2c3d4e5f6"}""");
        var clean = new Scrubber(new ScrubberOptions()).Scrub(json).Element;
        Assert.Matches("^\\[redacted:shape:assigned-secret:[0-9a-f]{12}\\]$", clean.GetProperty("db").GetProperty("password").GetString());
        Assert.Equal("CAoQAA2938abcdeF", clean.GetProperty("nextPageToken").GetString());
        Assert.Equal("abc123def456", clean.GetProperty("token_accessor").GetString());
        Assert.Equal("a1b2c3d4e5f6", clean.GetProperty("clientToken").GetString());
    }

    [Fact]
    public void Json_of_any_depth_is_scrubbed()
    {
        const int Depth = 5000;
        var text = new string('[', Depth) + $"\"{Value}\"" + new string(']', Depth);
        using var document = JsonDocument.Parse(text, new JsonDocumentOptions { MaxDepth = Depth + 1 });
        Assert.Equal(text.Replace(Value, Label), Knowing(Value).Scrub(document.RootElement).Element.GetRawText());
    }

    [Fact]
    public void A_string_that_cannot_be_decoded_does_not_stop_the_scrub()
    {
        var json = JsonElement.Parse($$"""["\ud800 {{Value[..10]}}\u{{(int)Value[10]:x4}}{{Value[11..]}}"]""");
        Assert.Equal($"\uFFFD {Label}", Knowing(Value).Scrub(json).Element[0].GetString());
    }

    [Fact]
    public void Comments_of_a_json_value_do_not_survive()
    {
        using var document = JsonDocument.Parse($"[1 /* {Value} */]", new JsonDocumentOptions { CommentHandling = JsonCommentHandling.Skip });
        Assert.DoesNotContain(Value, Knowing().Scrub(document.RootElement).Element.GetRawText(), StringComparison.Ordinal);
    }

    [Fact]
    public void Registering_the_same_version_again_changes_nothing()
    {
        var scrubber = Knowing(Value);
        var index = scrubber.Index;
        scrubber.Register(Material(Value));
        Assert.Same(index, scrubber.Index);
    }

    [Fact]
    public void Another_value_under_a_version_that_is_known_is_found_too_and_the_first_still_is()
    {
        const string restored = "restored-value-9876543210";
        var scrubber = Knowing(Value);

        scrubber.Register(Material(restored));

        Assert.DoesNotContain(restored, scrubber.Scrub($"a {restored} b"), StringComparison.Ordinal);
        Assert.DoesNotContain(Value, scrubber.Scrub($"a {Value} b"), StringComparison.Ordinal);
    }

    [Fact]
    public void A_value_registered_in_the_middle_of_a_stream_is_found_in_what_follows()
    {
        var scrubber = Knowing("another-value-0123456789");
        var stream = scrubber.OpenStream();
        var output = new System.Buffers.ArrayBufferWriter<byte>();
        stream.Write("before "u8, output);
        scrubber.Register(Material(Value, version: "9"));
        stream.Write(Encoding.UTF8.GetBytes(Value), output);
        stream.Complete(output);
        Assert.Equal("before [redacted:crm/read#v9]", Encoding.UTF8.GetString(output.WrittenSpan));
    }

    [Fact]
    public void Redactions_are_reported_by_label_and_count()
    {
        var reported = new List<(string Label, int Count)>();
        var scrubber = new Scrubber(new ScrubberOptions { OnRedaction = (label, count) => reported.Add((label, count)) });
        scrubber.Register(Material(Value));
        scrubber.Scrub($"{Value} and {Value}");
        scrubber.Scrub("clean");
        Assert.Equal([(Label, 2)], reported);
    }

    [Fact]
    public void The_longest_value_in_a_run_gives_the_label()
    {
        var scrubber = Knowing(Value, Value + "-and-so-much-more-0123456789");
        Assert.Equal("[redacted:crm/read#v11]", scrubber.Scrub(Value + "-and-so-much-more-0123456789"));
        Assert.Equal(Label, scrubber.Scrub(Value));
    }

    [Fact]
    public async Task A_line_of_many_megabytes_passes_in_bounded_memory()
    {
        const int Blocks = 200;
        var block = new byte[64 * 1024];
        block.AsSpan().Fill((byte)'x');
        Encoding.ASCII.GetBytes(Value).CopyTo(block.AsSpan(65536 - 30));
        using var source = new MemoryStream([.. Enumerable.Repeat(block, Blocks).SelectMany(bytes => bytes)]);
        var target = new CountingStream();
        Assert.Equal(source.Length, await ScrubbingStream.CopyAsync(Knowing(Value), source, target, CancellationToken.None));
        Assert.Equal(source.Length + (Blocks * (Label.Length - Value.Length)), target.Total);
        Assert.True(target.Largest <= 2 * 65536, "Output is written as it is decided.");
    }

    private sealed class CountingStream : MemoryStream
    {
        public long Total { get; private set; }

        public int Largest { get; private set; }

        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            Total += buffer.Length;
            Largest = Math.Max(Largest, buffer.Length);
            return ValueTask.CompletedTask;
        }
    }
}
